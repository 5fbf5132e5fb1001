"""Scores of predictions: their mean and spread over the runs, and their intervals.

Predictions are tables with the schema ``predictions``. A run is one fold trained from
one seed; it has a row a subject, or several where it pools the predictions of several
epochs (3B-2). A score that a run leaves undefined (0/0) is NaN, in the mean of the runs
too.

The scores take a run and rows of it, an array (resamples, rows), and give an array
(resamples,): thousands of bootstrap resamples are scored at once. The tests compare
them with scikit-learn's.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.metrics import confusion_matrix

from regrade.logs import progress
from regrade.tables import read_table

RUN = ["fold", "seed"]

Score = Callable[[pd.DataFrame, np.ndarray], dict[str, np.ndarray]]


def read_predictions(paths: list[str]) -> pd.DataFrame:
    """Read predictions files into one table."""
    tables = [read_table(path, "predictions") for path in paths]
    return pd.concat(tables, ignore_index=True)


def scored(
    predictions: pd.DataFrame, experiment: str, classes: list[str]
) -> pd.DataFrame:
    """Give the test subjects of an experiment, of all its runs.

    Raises
    ------
    ValueError
        If there are none, or if they hold a class that the study does not name.
    """
    chosen = predictions.query("experiment == @experiment and role == 'test'")
    if chosen.empty:
        raise ValueError(
            f"No test subject of the experiment {experiment!r} is in the predictions, "
            f"which hold {sorted(predictions['experiment'].unique())}; name one of "
            "these in the study's settings, or add its predictions to the rule's input."
        )
    unknown = (set(chosen["truth"]) | set(chosen["predicted"])) - set(classes)
    if unknown:
        raise ValueError(
            f"The predictions of {experiment!r} hold the classes {sorted(unknown)}, "
            f"but the study's settings name {classes} under the key classes."
        )
    return chosen


def confusion(predictions: pd.DataFrame, classes: list[str]) -> np.ndarray:
    """Count subjects by true class (rows) and predicted class (columns)."""
    truth, predicted = predictions["truth"], predictions["predicted"]
    return confusion_matrix(truth, predicted, labels=classes)


def two_class_scores(
    run: pd.DataFrame, rows: np.ndarray, *, positive: str
) -> dict[str, np.ndarray]:
    """Score a run of a study with two classes, by definition (A-42, A-43).

    APCA is the mean of the two classes' accuracies, (SEN + SPE) / 2. In 14 of 15 rows
    the paper's columns SEN, SPE and APCA hold PPV, NPV and their mean (3A-1), hence
    these are given too.
    """
    tp, fp, fn, tn = one_against_rest(run, rows, positive)
    sensitivity, specificity = ratio(tp, tp + fn), ratio(tn, tn + fp)
    ppv, npv = ratio(tp, tp + fp), ratio(tn, tn + fn)
    return {
        "AUC": area_under_curve(run, rows, positive),
        "Acc": ratio(tp + tn, rows.shape[1]),
        "APCA": (sensitivity + specificity) / 2,
        "SEN": sensitivity,
        "SPE": specificity,
        "PPV": ppv,
        "NPV": npv,
        "Mean of PPV and NPV": (ppv + npv) / 2,
    }


def area_under_curve(run: pd.DataFrame, rows: np.ndarray, positive: str) -> np.ndarray:
    """Give the area under the ROC curve by ranks (Hanley and McNeil 1982)."""
    truth = run["truth"].eq(positive).to_numpy(bool)[rows]
    ranks = rankdata(run[f"p_{positive}"].to_numpy()[rows], axis=1)
    return area_of_ranks(ranks, truth)


def area_of_ranks(ranks: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Give the area under the ROC curve from ranks, both (..., rows)."""
    positives = truth.sum(axis=-1)
    lowest = positives * (positives + 1) / 2
    pairs = positives * (truth.shape[-1] - positives)
    return ratio((ranks * truth).sum(axis=-1) - lowest, pairs)


def confusions(run: pd.DataFrame, rows: np.ndarray, classes: list[str]) -> np.ndarray:
    """Count by true and predicted class: (resamples, true classes, predicted classes).

    As ``confusion``, for thousands of resamples.
    """
    truth, predicted = (
        pd.Categorical(run[column], classes).codes for column in ("truth", "predicted")
    )
    size = len(classes)
    cells = (truth * size + predicted)[rows]
    counts = [(cells == cell).sum(axis=1) for cell in range(size**2)]
    return np.stack(counts, axis=1).reshape(-1, size, size)


def class_scores(counts: np.ndarray, *, scoring: str) -> dict[str, np.ndarray]:
    """Score each class against the rest (B-29).

    Parameters
    ----------
    counts : (..., true classes, predicted classes)
    scoring : ``right``, or ``wrong_axis`` for what the public code of paper B does

    Returns
    -------
    Precision, Recall, Specificity, F1; each (..., classes)
    """
    if scoring == "wrong_axis":
        counts = divide_columns_by_row_sums(counts)
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    missed = counts.sum(axis=-1) - right
    wrong = counts.sum(axis=-2) - right
    others = counts.sum(axis=(-2, -1))[..., None] - right - missed - wrong
    return {
        "Precision": ratio(right, right + wrong),
        "Recall": ratio(right, right + missed),
        "Specificity": ratio(others, others + wrong),
        "F1": ratio(2 * right, 2 * right + wrong + missed),
    }


def divide_columns_by_row_sums(counts: np.ndarray) -> np.ndarray:
    """Divide each column of a confusion matrix by the subjects of its class (3B-4).

    Meant were the rows; ``c / c.sum(axis=1)`` divides along the wrong axis. Precision
    survives; recall, specificity and F1 do not, and are undefined where a class has no
    subjects.
    """
    subjects = counts.sum(axis=-1)[..., None, :]
    return counts / np.where(subjects > 0, subjects, np.nan)


def scores_by_class(
    run: pd.DataFrame, rows: np.ndarray, *, classes: list[str], scoring: str
) -> dict[str, np.ndarray]:
    """Give the scores of each class under the names of Figure 7, as F1 (Healthy)."""
    scores = class_scores(confusions(run, rows, classes), scoring=scoring)
    return {
        f"{score} ({name[0].upper()}{name[1:]})": values[:, number]
        for number, name in enumerate(classes)
        for score, values in scores.items()
    }


def averaged_f1(
    run: pd.DataFrame, rows: np.ndarray, *, classes: list[str], scoring: str
) -> dict[str, np.ndarray]:
    """Average the F1 scores of the classes of a run (B-31).

    Macro: all classes alike. Weighted: by the number of scored subjects of the class.
    """
    counts = confusions(run, rows, classes)
    f1 = class_scores(counts, scoring=scoring)["F1"]
    return {
        "Macro F1 score": f1.mean(axis=1),
        "Weighted F1 score": np.average(f1, axis=1, weights=counts.sum(axis=2)),
    }


def one_against_rest(
    run: pd.DataFrame, rows: np.ndarray, name: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Count true and false positives, false and true negatives of a class."""
    truth = run["truth"].eq(name).to_numpy(bool)[rows]
    found = run["predicted"].eq(name).to_numpy(bool)[rows]
    cells = (truth & found, ~truth & found, truth & ~found, ~truth & ~found)
    return tuple(cell.sum(axis=1) for cell in cells)


def ratio(part: np.ndarray, whole: np.ndarray | int) -> np.ndarray:
    """Divide counts; 0/0 is NaN."""
    with np.errstate(invalid="ignore"):
        return np.true_divide(part, whole)


def run_scores(predictions: pd.DataFrame, score: Score) -> pd.DataFrame:
    """Score each run: one row a run, one column a score."""
    runs = [run for _, run in predictions.groupby(RUN)]
    scores = [pd.DataFrame(score(run, np.arange(len(run))[None])) for run in runs]
    return pd.concat(scores, ignore_index=True)


def resampled(
    predictions: pd.DataFrame, score: Score, *, resamples: int, seed: int
) -> pd.DataFrame:
    """Score resamples of the test subjects: the mean over the runs, one row a resample.

    The subjects of a fold are drawn with replacement within each class, so that no
    class vanishes, and are the same for all seeds of the fold (Efron and Tibshirani
    1993, chapter 13). With a subject come its predictions of all epochs.
    """
    generator = np.random.default_rng(seed)
    scores = []
    for _, fold in predictions.sort_values(["subject", "epoch"]).groupby("fold"):
        runs = [run for _, run in fold.groupby("seed")]
        truth = runs[0].drop_duplicates("subject")["truth"]
        drawn = draw_within_classes(truth, resamples, generator)
        scores += [pd.DataFrame(score(run, rows_of(run, drawn))) for run in runs]
    return sum(scores) / len(scores)


def rows_of(run: pd.DataFrame, subjects: np.ndarray) -> np.ndarray:
    """Give the rows of drawn subjects, for each of them all its epochs.

    Parameters
    ----------
    run : sorted by subject
    subjects : numbers of subjects, (resamples, subjects)

    Raises
    ------
    ValueError
        If not all subjects were predicted in the same number of epochs.
    """
    epochs = run.groupby("subject").size()
    if epochs.nunique() > 1:
        raise ValueError(
            f"The predictions of {run['experiment'].iloc[0]!r} hold {epochs.min()} "
            f"epochs of {epochs.idxmin()} and {epochs.max()} of {epochs.idxmax()}; "
            "delete these predictions, so that they are made again."
        )
    size = epochs.iloc[0]
    rows = subjects[..., None] * size + np.arange(size)
    return rows.reshape(len(subjects), -1)


def interval(scores: pd.DataFrame) -> pd.DataFrame:
    """Give the 95 % interval by the percentile bootstrap: a row a score, low and high.

    Resamples that leave a score undefined do not count for it.

    Parameters
    ----------
    scores : as ``resampled`` gives them
    """
    return scores.quantile([0.025, 0.975]).T.set_axis(["low", "high"], axis=1)


def draw_within_classes(
    truth: pd.Series, resamples: int, generator: np.random.Generator
) -> np.ndarray:
    """Draw rows with replacement, as many of each class as there are.

    Returns
    -------
    row numbers, (resamples, subjects)
    """
    classes = [np.flatnonzero(truth == name) for name in sorted(truth.unique())]
    drawn = [generator.choice(rows, (resamples, len(rows))) for rows in classes]
    return np.concatenate(drawn, axis=1)


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
        row = pd.DataFrame({"value": scores.mean(skipna=False), "sd": scores.std()})
        draws = resampled(tests, score, resamples=resamples, seed=seed)
        row = row.join(interval(draws))
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

    def score(run: pd.DataFrame, chosen: np.ndarray) -> dict[str, np.ndarray]:
        scores = scores_by_class(run, chosen, classes=classes, scoring=scoring)
        absent = np.full(len(chosen), np.nan)
        return {f"Mean F1 score ({name})": scores.get(f"F1 ({name})", absent)}

    return score_table(predictions, rows, score, classes=classes, **settings)
