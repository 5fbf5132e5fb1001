"""What shape features add where training magnifies LGG only, both classes or none.

If they only repair the size that magnifying one class destroys, they add less in the
other rows (3A-9).
"""

from functools import partial

import pandas as pd

from regrade.intervals import interval, resampled
from regrade.logs import log_to, progress
from regrade.metrics import read_variants, run_scores, scored, two_class_scores
from regrade.pairs import difference
from regrade.tables import write_table

SCORE = "AUC"
ITEM = "Factorial"


def factorial(
    predictions: dict[str, pd.DataFrame],
    rows: list[dict],
    *,
    experiments: list[str],
    columns: list[str],
    positive: str,
    classes: list[str],
    scope: str,
    **bootstrap,
) -> pd.DataFrame:
    """Give the AUC of both experiments and their difference (schema ``table``).

    Parameters
    ----------
    predictions : of each variant
    rows : row, variant
    experiments : without and with features
    columns : names of their scores and of the difference
    bootstrap : resamples, seed
    """
    score = partial(two_class_scores, positive=positive)
    cells = []
    for place in progress(rows, "rows"):
        tests = [scored(predictions[place["variant"]], n, classes) for n in experiments]
        filled = [score_cell(runs, score, **bootstrap) for runs in tests]
        filled += [difference(*reversed(tests), score, SCORE, **bootstrap)]
        subjects = tests[0]["subject"].nunique()
        for column, cell in zip(columns, filled, strict=True):
            cells += [{"row": place["row"], "column": column} | cell]
            cells[-1] |= {"subjects": subjects}
    units = dict(zip(columns, ["fraction", "fraction", "difference"], strict=True))
    table = pd.DataFrame(cells).astype({"sd": float})
    return table.assign(item=ITEM, scope=scope, unit=table["column"].map(units))


def score_cell(tests: pd.DataFrame, score, **bootstrap) -> dict[str, float]:
    """Give value, sd over the runs, low and high of an experiment's AUC."""
    runs = run_scores(tests, score)[SCORE]
    ends = interval(resampled(tests, score, **bootstrap)[[SCORE]]).iloc[0]
    return {"value": runs.mean(skipna=False), "sd": runs.std(), **ends}


if __name__ == "__main__":
    log_to(snakemake.log[0])
    predictions = read_variants(snakemake.input, snakemake.params["rows"])
    table = factorial(predictions, **snakemake.params)
    write_table(table, snakemake.output.table, "table")
