"""Scores of predictions, run by run.

Predictions are tables with the schema ``predictions``. A run is one fold trained from
one seed; it has a row a subject, or several where it pools the predictions of several
epochs (3B-2). A score that a run leaves undefined (0/0) is NaN, in the mean of the runs
too.

The scores take a run and how often each of its rows counts, an array (resamples, rows),
and give an array (resamples,): thousands of bootstrap resamples are scored at once. The
tests compare them with scikit-learn's.
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from sklearn.metrics import confusion_matrix

from regrade.tables import read_table

RUN = ["fold", "seed"]

Score = Callable[[pd.DataFrame, np.ndarray], dict[str, np.ndarray]]


def read_predictions(paths: list[str]) -> pd.DataFrame:
    """Read predictions files into one table."""
    tables = [read_table(path, "predictions") for path in paths]
    return pd.concat(tables, ignore_index=True)


def read_variants(inputs: Mapping, rows: list[dict]) -> dict[str, pd.DataFrame]:
    """Read the predictions of each variant that rows name.

    Parameters
    ----------
    inputs : predictions files under the name of their variant
    """
    names = sorted({row["variant"] for row in rows})
    return {name: read_predictions(inputs[name]) for name in names}


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
    run: pd.DataFrame, weights: np.ndarray, *, positive: str
) -> dict[str, np.ndarray]:
    """Score a run of a study with two classes, by definition (A-42, A-43).

    APCA is the mean of the two classes' accuracies, (SEN + SPE) / 2. In 14 of 15 rows
    the paper's columns SEN, SPE and APCA hold PPV, NPV and their mean (3A-1), hence
    these are given too.
    """
    tp, fp, fn, tn = one_against_rest(run, weights, positive)
    sensitivity, specificity = ratio(tp, tp + fn), ratio(tn, tn + fp)
    ppv, npv = ratio(tp, tp + fp), ratio(tn, tn + fn)
    return {
        "AUC": area_under_curve(run, weights, positive),
        "Acc": ratio(tp + tn, tp + fp + fn + tn),
        "APCA": (sensitivity + specificity) / 2,
        "SEN": sensitivity,
        "SPE": specificity,
        "PPV": ppv,
        "NPV": npv,
        "Mean of PPV and NPV": (ppv + npv) / 2,
    }


def area_under_curve(
    run: pd.DataFrame, weights: np.ndarray, positive: str
) -> np.ndarray:
    """Give the area under the ROC curve.

    It is the share of pairs of a positive and a negative that are in the right order,
    ties half (Hanley and McNeil 1982).
    """
    chance = run[f"p_{positive}"].to_numpy()
    order = np.argsort(chance, kind="stable")
    starts = np.flatnonzero(np.diff(chance[order], prepend=np.nan))  # of equal chances
    truth = run["truth"].eq(positive).to_numpy(bool)
    positives, negatives = (
        np.add.reduceat((weights * rows)[:, order], starts, axis=1)
        for rows in (truth, ~truth)
    )
    below = negatives.cumsum(axis=1) - negatives / 2
    pairs = positives.sum(axis=1) * negatives.sum(axis=1)
    return ratio((positives * below).sum(axis=1), pairs)


def area_of_runs(tests: pd.DataFrame, positive: str) -> float:
    """Give the area under the ROC curve, mean over the runs."""
    areas = [
        area_under_curve(run, np.ones((1, len(run))), positive)[0]
        for _, run in tests.groupby(RUN)
    ]
    return float(np.mean(areas))


def confusions(
    run: pd.DataFrame, weights: np.ndarray, classes: list[str]
) -> np.ndarray:
    """Count by true and predicted class: (resamples, true classes, predicted classes).

    As ``confusion``, for thousands of resamples.
    """
    truth, predicted = (
        pd.Categorical(run[column], classes).codes for column in ("truth", "predicted")
    )
    size = len(classes)
    cells = (truth * size + predicted)[:, None] == np.arange(size**2)
    return (weights @ cells).reshape(-1, size, size)


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


def printed_class(name: str) -> str:
    """Write a class as the figures do, as Healthy."""
    return f"{name[0].upper()}{name[1:]}"


def row_shares(
    run: pd.DataFrame, weights: np.ndarray, *, classes: list[str], true: str
) -> dict[str, np.ndarray]:
    """Give the shares of a true class that are predicted as each class (B-32)."""
    counts = confusions(run, weights, classes)[:, classes.index(true)]
    shares = ratio(counts, counts.sum(axis=1, keepdims=True))
    return {
        f"predicted {printed_class(name)}": shares[:, number]
        for number, name in enumerate(classes)
    }


def scores_by_class(
    run: pd.DataFrame, weights: np.ndarray, *, classes: list[str], scoring: str
) -> dict[str, np.ndarray]:
    """Give the scores of each class under the names of Figure 7, as F1 (Healthy)."""
    scores = class_scores(confusions(run, weights, classes), scoring=scoring)
    return {
        f"{score} ({printed_class(name)})": values[:, number]
        for number, name in enumerate(classes)
        for score, values in scores.items()
    }


def averaged_f1(
    run: pd.DataFrame, weights: np.ndarray, *, classes: list[str], scoring: str
) -> dict[str, np.ndarray]:
    """Average the F1 scores of the classes of a run (B-31).

    Macro: all classes alike. Weighted: by the number of scored subjects of the class.
    """
    counts = confusions(run, weights, classes)
    f1 = class_scores(counts, scoring=scoring)["F1"]
    return {
        "Macro F1 score": f1.mean(axis=1),
        "Weighted F1 score": np.average(f1, axis=1, weights=counts.sum(axis=2)),
    }


def f1_scores(
    run: pd.DataFrame, weights: np.ndarray, *, classes: list[str], scoring: str
) -> dict[str, np.ndarray]:
    """Give the F1 score of each class under the names of Tables 2 to 4 (B-30)."""
    scores = scores_by_class(run, weights, classes=classes, scoring=scoring)
    return {
        name.replace("F1", "Mean F1 score"): values
        for name, values in scores.items()
        if name.startswith("F1")
    }


def study_scores(
    run: pd.DataFrame,
    weights: np.ndarray,
    *,
    classes: list[str],
    positive: str | None,
    scoring: str,
) -> dict[str, np.ndarray]:
    """Give the scores of a study by the names in its tables.

    Parameters
    ----------
    positive : the positive class, or None where a study has more than two classes
    """
    if positive is not None:
        return two_class_scores(run, weights, positive=positive)
    ways = {"classes": classes, "scoring": scoring}
    return f1_scores(run, weights, **ways) | averaged_f1(run, weights, **ways)


def one_against_rest(
    run: pd.DataFrame, weights: np.ndarray, name: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Count true and false positives, false and true negatives of a class."""
    found = run["predicted"].eq(name).to_numpy(bool)
    return four_counts(run["truth"].eq(name).to_numpy(bool), found, weights)


def four_counts(
    truth: np.ndarray, found: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Count true and false positives, false and true negatives.

    Parameters
    ----------
    truth, found : true or false, (rows,) or (rows, ways to find)
    weights : (resamples, rows)
    """
    cells = (truth & found, ~truth & found, truth & ~found, ~truth & ~found)
    return tuple(weights @ cell for cell in cells)


def ratio(part: np.ndarray, whole: np.ndarray | int) -> np.ndarray:
    """Divide counts; 0/0 is NaN."""
    with np.errstate(invalid="ignore"):
        return np.true_divide(part, whole)


def run_scores(predictions: pd.DataFrame, score: Score) -> pd.DataFrame:
    """Score each run: one row a run, indexed by fold and seed, one column a score."""
    scores = {
        name: pd.DataFrame(score(run, np.ones((1, len(run)))))
        for name, run in predictions.groupby(RUN)
    }
    return pd.concat(scores, names=RUN).droplevel(-1)
