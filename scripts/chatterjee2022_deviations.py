"""What each deviation of the public code costs: macro F1 with and without it.

Each variant is scored as its settings say, so that the wrong axis counts only where it
is the deviation.
"""

from functools import partial

import pandas as pd

from regrade.intervals import interval, less, resampled
from regrade.logs import log_to, progress
from regrade.metrics import averaged_f1, read_variants, run_scores, scored
from regrade.tables import write_table

SCORE = "Macro F1 score"


def deviations(
    predictions: dict[str, pd.DataFrame],
    rows: list[dict],
    *,
    reference: str,
    classes: list[str],
    scope: str,
    **bootstrap,
) -> pd.DataFrame:
    """Give the score of each row, and its difference from the reference's (3B-2, 3B-4).

    Parameters
    ----------
    predictions : of each variant
    rows : row, variant, experiment, scoring; those of the reference first
    reference : the variant the others deviate from
    bootstrap : resamples, seed
    """
    cells, bases = [], {}
    for place in progress(rows, "rows"):
        name = place["experiment"]
        tests = scored(predictions[place["variant"]], name, classes)
        score = partial(averaged_f1, classes=classes, scoring=place["scoring"])
        base = scored(predictions[reference], name, classes)
        samples = resamples_of(tests, base, score, **bootstrap)
        words = {"row": place["row"], "subjects": tests["subject"].nunique()}
        spread = run_scores(tests, score)[SCORE].std()
        cells += [words | cell(SCORE, samples, sd=spread)]
        if place["variant"] == reference and name not in bases:
            bases[name] = samples
            continue
        cells += [words | cell("Difference", less(samples, bases[name]), sd=None)]
    unit = {SCORE: "fraction", "Difference": "difference"}
    table = pd.DataFrame(cells).astype({"sd": float})
    return table.assign(item="Deviations", scope=scope, unit=table["column"].map(unit))


def cell(column: str, samples: pd.DataFrame, *, sd: float | None) -> dict:
    """Give a cell with the value and the interval of its samples."""
    value = samples.loc["all", SCORE].iloc[0]
    return {"column": column, "value": value, "sd": sd, **interval(samples).iloc[0]}


def resamples_of(
    tests: pd.DataFrame, reference: pd.DataFrame, score, *, resamples: int, seed: int
) -> pd.DataFrame:
    """Score samples; those of the reference's subjects where the folds agree.

    The same seed draws the same of the same subjects, so that differences are paired.
    Other subjects are drawn by themselves.
    """
    paired = scored_subjects(tests) == scored_subjects(reference)
    stream = seed if paired else seed + 1
    return resampled(tests, score, resamples=resamples, seed=stream)[[SCORE]]


def scored_subjects(tests: pd.DataFrame) -> set[tuple]:
    """Give who is scored in which fold."""
    return set(tests[["fold", "subject", "truth"]].itertuples(index=False, name=None))


if __name__ == "__main__":
    log_to(snakemake.log[0])
    predictions = read_variants(snakemake.input, snakemake.params["rows"])
    table = deviations(predictions, **snakemake.params)
    write_table(table, snakemake.output.table, "table")
