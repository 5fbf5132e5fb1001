"""Intervals in closed form beside those by bootstrap: DeLong's and Wilson's.

An interval by bootstrap has no width where nobody, or everybody, is classified right;
these have.
"""

import numpy as np
import pandas as pd

from regrade.intervals import delong, wilson
from regrade.logs import log_to, progress
from regrade.metrics import RUN, one_against_rest, ratio, read_predictions, scored
from regrade.tables import write_table


def shares_of(
    tests: pd.DataFrame, outcome: str
) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Give, for each share, the parts and the wholes that the runs count."""
    runs = [run for _, run in tests.groupby(RUN)]
    counts = [one_against_rest(run, np.ones((1, len(run))), outcome) for run in runs]
    tp, fp, fn, tn = np.concatenate(counts, axis=1)
    return {
        "SEN": (tp, tp + fn),
        "SPE": (tn, tn + fp),
        "PPV": (tp, tp + fp),
        "NPV": (tn, tn + fn),
        "Acc": (tp + tn, tp + fp + fn + tn),
    }


def share_cell(part: np.ndarray, whole: np.ndarray, often: float) -> dict[str, float]:
    """Give the mean of a share over the runs with its interval.

    Parameters
    ----------
    part, whole : counts of each run
    often : how often a subject is counted, on average; its runs are not those of other
        subjects, so that the interval is of a share of fewer
    """
    value = ratio(part, whole).mean()
    low, high = wilson(value, whole.sum() / often)
    return {"value": value, "low": low, "high": high}


def interval_table(
    predictions: pd.DataFrame,
    rows: list[dict],
    *,
    outcomes: list[str],
    classes: list[str],
    scope: str,
) -> pd.DataFrame:
    """Give AUC and shares of each outcome against the rest (schema ``table``).

    Parameters
    ----------
    rows : item, row, experiment
    """
    cells = []
    for place in progress(rows, "rows"):
        tests = scored(predictions, place["experiment"], classes)
        subjects = tests["subject"].nunique()
        words = {key: place[key] for key in ("item", "row")} | {"subjects": subjects}
        for name in outcomes:
            found = {"AUC": delong(tests, name)}
            for share, counts in shares_of(tests, name).items():
                found[share] = share_cell(*counts, len(tests) / subjects)
            cells += [
                words | {"column": f"{score} ({name})"} | cell
                for score, cell in found.items()
            ]
    return pd.DataFrame(cells).assign(sd=np.nan, scope=scope, unit="fraction")


if __name__ == "__main__":
    log_to(snakemake.log[0])
    predictions = read_predictions(snakemake.input.predictions)
    table = interval_table(predictions, **snakemake.params)
    write_table(table, snakemake.output.table, "table")
