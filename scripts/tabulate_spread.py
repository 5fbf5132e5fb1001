"""The spread of a score over the runs: that of folds, and that of seeds."""

from functools import partial

import numpy as np
import pandas as pd

from regrade.logs import log_to, progress
from regrade.metrics import read_predictions, run_scores, scored, study_scores
from regrade.tables import write_table


def components(scores: pd.Series) -> dict[str, float]:
    """Part the variance of a score: folds, and seeds within folds.

    By the mean squares of a one-way analysis of variance with random effects (Searle et
    al. 1992); a component that comes out below zero is 0. With one seed the two cannot
    be told apart, and with one fold there is none of folds: NaN.

    Parameters
    ----------
    scores : of each run, indexed by fold and seed; each fold has the same seeds
    """
    table = scores.unstack("seed")
    folds, seeds = table.shape
    within = table.var(axis=1, ddof=1).mean(skipna=False)
    between = table.mean(axis=1, skipna=False).var(ddof=1) - within / seeds
    return {
        "SD over all runs": scores.std(),
        "SD over folds": np.sqrt(between.clip(min=0)) if folds > 1 else np.nan,
        "SD over seeds": np.sqrt(within),
        "Folds": float(folds),
        "Seeds": float(seeds),
    }


def spread_table(
    predictions: pd.DataFrame,
    rows: list[dict],
    *,
    name: str,
    classes: list[str],
    positive: str | None,
    scoring: str,
    scope: str,
) -> pd.DataFrame:
    """Give the components of each row's score (schema ``table``).

    Parameters
    ----------
    rows : item, row, experiment
    name : of the score, as ``study_scores`` gives it
    """
    ways = {"classes": classes, "positive": positive, "scoring": scoring}
    cells = []
    for place in progress(rows, "rows"):
        tests = scored(predictions, place["experiment"], classes)
        scores = run_scores(tests, partial(study_scores, **ways))[name]
        words = {key: place[key] for key in ("item", "row")}
        words["subjects"] = tests["subject"].nunique()
        found = {name: scores.mean(skipna=False)} | components(scores)
        cells += [words | {"column": c, "value": v} for c, v in found.items()]
    table = pd.DataFrame(cells)
    counts = table["column"].isin(["Folds", "Seeds"])
    units = pd.Series("fraction", table.index).mask(counts, "runs")
    empty = dict.fromkeys(["sd", "low", "high"], np.nan)
    return table.assign(**empty, unit=units, scope=scope)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    predictions = read_predictions(snakemake.input.predictions)
    table = spread_table(predictions, **snakemake.params)
    write_table(table, snakemake.output.table, "table")
