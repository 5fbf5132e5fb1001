"""Tables of scores: one row a cell, each with its spread and its interval."""

from functools import partial

import numpy as np
import pandas as pd

from regrade.intervals import DIGITS, interval, resampled
from regrade.logs import progress
from regrade.metrics import (
    Score,
    f1_scores,
    run_scores,
    scored,
    two_class_scores,
)


def score_table(
    predictions: pd.DataFrame,
    rows: list[dict],
    score: Score,
    *,
    classes: list[str],
    scope: str,
    resamples: int,
    seed: int,
) -> pd.DataFrame:
    """Fill a table of a paper: one row a cell, schema ``table``.

    Parameters
    ----------
    predictions : runs of all experiments of the table
    rows : rows of the paper's table: item, row (its words), experiment
    score : gives the columns of the table for one run
    classes : class names of the study
    scope : what the numbers come from, "" for the full study
    resamples, seed : of the bootstrap
    """
    cells = []
    for place in progress(rows, "rows"):
        tests = scored(predictions, place["experiment"], classes)
        scores = run_scores(tests, score)
        spread = {"value": scores.mean(skipna=False), "sd": scores.std(skipna=False)}
        # The last digits of a sum depend on where its numbers lie in memory.
        row = pd.DataFrame(spread).round(DIGITS)
        samples = resampled(tests, score, resamples=resamples, seed=seed)
        row = row.join(interval(samples))
        words = {"scope": scope, "item": place["item"], "row": place["row"]}
        row = row.assign(subjects=tests["subject"].nunique(), unit="fraction", **words)
        cells.append(row.rename_axis("column").reset_index())
    return pd.concat(cells, ignore_index=True)


def two_class_table(
    predictions: pd.DataFrame, rows: list[dict], *, positive: str, **settings
) -> pd.DataFrame:
    """Give the scores of a study with two classes at patient level (A-43).

    Parameters and result as in ``score_table``; ``positive`` is the class that a high
    sensitivity finds, HGG in paper A (A-42).
    """
    score = partial(two_class_scores, positive=positive)
    return score_table(predictions, rows, score, **settings)


def f1_table(
    predictions: pd.DataFrame,
    rows: list[dict],
    *,
    name: str,
    classes: list[str],
    scoring: str,
    **settings,
) -> pd.DataFrame:
    """Give the F1 score of one class, mean over the folds (B-30).

    Parameters
    ----------
    name : the class, as Figure 7 has it; undefined where ``classes`` lack it
    others and result as in ``score_table``
    """
    column = f"Mean F1 score ({name})"

    def score(run: pd.DataFrame, weights: np.ndarray) -> dict[str, np.ndarray]:
        scores = f1_scores(run, weights, classes=classes, scoring=scoring)
        absent = np.full(len(weights), np.nan)
        return {column: scores.get(column, absent)}

    return score_table(predictions, rows, score, classes=classes, **settings)
