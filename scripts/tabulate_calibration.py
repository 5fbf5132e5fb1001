"""Calibration of each model: Brier score, calibration error, intercept and slope."""

from functools import partial

import numpy as np
import pandas as pd

from regrade.calibration import calibration_scores
from regrade.logs import log_to
from regrade.metrics import read_predictions
from regrade.score_tables import score_table
from regrade.tables import write_table


def calibration_table(
    predictions: pd.DataFrame,
    rows: list[dict],
    *,
    outcomes: list[str],
    bins: int,
    **settings,
) -> pd.DataFrame:
    """Score the probabilities of each outcome, one class against the rest.

    The calibration error has no interval: it is too large where subjects are few, and
    larger still in resamples, which have fewer different ones.

    Parameters and result as in ``score_table``; ``outcomes`` and ``bins`` as in
    ``calibration_scores``.
    """
    score = partial(calibration_scores, outcomes=outcomes, bins=bins)
    table = score_table(predictions, rows, score, **settings)
    fitted = table["column"].str.startswith(("Calibration inter", "Calibration slope"))
    biased = table["column"].str.startswith("Calibration error")
    table.loc[biased, ["low", "high"]] = np.nan
    return table.assign(unit=table["unit"].mask(fitted, "number"))


if __name__ == "__main__":
    log_to(snakemake.log[0])
    predictions = read_predictions(snakemake.input.predictions)
    table = calibration_table(predictions, **snakemake.params)
    write_table(table, snakemake.output.table, "table")
