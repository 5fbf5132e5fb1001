"""Operating points chosen by validation subjects alone, and the test scores at them."""

from functools import partial

import numpy as np
import pandas as pd
from sklearn.metrics import roc_curve

from regrade.logs import log_to
from regrade.metrics import RUN, four_counts, ratio, read_predictions
from regrade.score_tables import score_table
from regrade.tables import write_table

DIGITS = 9  # differences that are equal differ in the last ones


def threshold_of(
    truth: np.ndarray, chance: np.ndarray, least_sensitivity: float | None
) -> float:
    """Choose the probability from which on a subject counts as positive.

    Parameters
    ----------
    truth : true or false
    least_sensitivity : of the thresholds that are this sensitive the most specific one;
        None: the largest Youden index, sensitivity + specificity - 1 (Youden 1950)

    Returns
    -------
    the highest threshold where several fit; NaN where a class has no subject
    """
    if truth.all() or not truth.any():
        return np.nan
    lost, found, thresholds = roc_curve(truth, chance, drop_intermediate=False)
    fitting = np.round(found - lost, DIGITS)
    if least_sensitivity is not None:
        fitting = found >= least_sensitivity
    return float(thresholds[1 + np.argmax(fitting[1:])])  # the first finds nobody


def with_thresholds(
    predictions: pd.DataFrame, outcomes: list[str], least_sensitivity: float | None
) -> pd.DataFrame:
    """Add to each run the threshold of each outcome, threshold_{outcome}.

    Raises
    ------
    ValueError
        If a run has no validation subjects.
    """
    runs = []
    for (experiment, fold, seed), run in predictions.groupby(["experiment", *RUN]):
        chosen_by = run[run["role"] == "validation"]
        if chosen_by.empty:
            raise ValueError(
                f"The predictions of {experiment!r}, fold {fold}, seed {seed}, hold no "
                "validation subject to choose a threshold by; set `split: "
                "validation_share` of the variant."
            )
        chosen = {
            f"threshold_{name}": threshold_of(
                chosen_by["truth"].eq(name).to_numpy(bool),
                chosen_by[f"p_{name}"].to_numpy(),
                least_sensitivity,
            )
            for name in outcomes
        }
        runs.append(run.assign(**chosen))
    return pd.concat(runs, ignore_index=True)


def scores_at_threshold(
    run: pd.DataFrame, weights: np.ndarray, *, outcomes: list[str]
) -> dict[str, np.ndarray]:
    """Score each outcome against the rest at its threshold; NaN where there is none."""
    scores = {}
    for name in outcomes:
        threshold = run[f"threshold_{name}"].iloc[0]
        truth = run["truth"].eq(name).to_numpy(bool)
        found = run[f"p_{name}"].to_numpy() >= threshold
        tp, fp, fn, tn = four_counts(truth, found, weights)
        there = np.where(np.isnan(threshold), np.nan, np.ones(len(weights)))
        sensitivity, specificity = ratio(tp, tp + fn), ratio(tn, tn + fp)
        scores |= {
            f"Threshold ({name})": threshold * there,
            f"SEN at threshold ({name})": sensitivity * there,
            f"SPE at threshold ({name})": specificity * there,
            f"APCA at threshold ({name})": (sensitivity + specificity) / 2 * there,
            f"Acc at threshold ({name})": ratio(tp + tn, tp + fp + fn + tn) * there,
        }
    return scores


def operating_points(
    predictions: pd.DataFrame,
    rows: list[dict],
    *,
    outcomes: list[str],
    least_sensitivity: float | None,
    **settings,
) -> pd.DataFrame:
    """Score the test subjects at thresholds that none of them had a say in.

    Parameters and result as in ``score_table``. The thresholds stay as they are in the
    resamples, which are of test subjects.
    """
    chosen = with_thresholds(predictions, outcomes, least_sensitivity)
    score = partial(scores_at_threshold, outcomes=outcomes)
    table = score_table(chosen, rows, score, **settings)
    fixed = table["column"].str.startswith("Threshold")
    table.loc[fixed, ["low", "high"]] = np.nan
    return table


if __name__ == "__main__":
    log_to(snakemake.log[0])
    predictions = read_predictions(snakemake.input.predictions)
    table = operating_points(predictions, **snakemake.params)
    write_table(table, snakemake.output.table, "table")
