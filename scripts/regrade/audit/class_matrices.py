"""The confusion matrix behind printed class scores, scored right and wrong (3B-4).

Means over folds belong to no single matrix of whole patients, so the cells are shares
of their row, any numbers from 0 to 1, found by least squares. What remains is compared
with what remains for means over folds of true scores (docs/audit.md).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import least_squares, linprog

from regrade.audit.printed import TINY
from regrade.metrics import class_scores

Range = tuple[float, float]
SCORINGS = ("right", "wrong_axis")
# Shares of a row that are wrong, from which the search starts.
STARTS = (0.03, 0.15)
# A share of wrong answers above one half would leave the class without a majority.
MOST_WRONG = 0.5


class Fit(NamedTuple):
    """A matrix of row shares, and what it leaves: residuals, root mean square."""

    shares: np.ndarray
    residuals: np.ndarray
    rms: float


def matrix_of(wrong: np.ndarray, classes: int) -> np.ndarray:
    """Fill a matrix of row shares from the cells off its diagonal."""
    shares = np.zeros((classes, classes))
    shares[~np.eye(classes, dtype=bool)] = wrong
    return shares + np.diag(1 - shares.sum(axis=1))


def scores_of_shares(
    shares: np.ndarray, counts: np.ndarray, scoring: str
) -> dict[str, np.ndarray]:
    """Score a matrix of row shares for these numbers of patients of the classes."""
    return class_scores(shares * counts[:, None], scoring=scoring)


def fit_matrix(
    scores: Mapping[str, np.ndarray], counts: Sequence[float], scoring: str
) -> Fit:
    """Find the matrix whose scores come closest.

    Parameters
    ----------
    scores : by the names of ``class_scores``, one number a class, NaN where none is
        printed
    counts : patients of each class, or their shares
    scoring : right or wrong_axis
    """
    counts = np.asarray(counts, float)
    classes = len(counts)
    target = np.concatenate(list(scores.values()))
    known = ~np.isnan(target)

    def residuals(wrong: np.ndarray) -> np.ndarray:
        shares = matrix_of(wrong, classes)
        own = scores_of_shares(shares, counts, scoring)
        values = np.concatenate([own[name] for name in scores])
        return np.nan_to_num(values - target, nan=1.0)[known]

    size = classes * (classes - 1)
    fits = [
        least_squares(residuals, np.full(size, start), bounds=(0, MOST_WRONG))
        for start in STARTS
    ]
    best = min(fits, key=lambda fit: fit.cost)
    rms = float(np.sqrt(np.mean(best.fun**2)))
    return Fit(matrix_of(best.x, classes), best.fun, rms)


def best_fits(
    scores: Mapping[str, np.ndarray], counts: Mapping[str, Sequence[float]]
) -> dict[str, dict[str, Fit]]:
    """Fit under each scoring and each set of class counts: {scoring: {words: fit}}."""
    return {
        scoring: {
            words: fit_matrix(scores, numbers, scoring)
            for words, numbers in counts.items()
        }
        for scoring in SCORINGS
    }


def without_each(
    scores: Mapping[str, np.ndarray], counts: Sequence[float], scoring: str
) -> dict[tuple[str, int], Fit]:
    """Fit with one number left out at a time: by score and number of the class."""
    fits = {}
    for name, values in scores.items():
        for number in np.flatnonzero(~np.isnan(values)):
            less = {key: other.copy() for key, other in scores.items()}
            less[name][number] = np.nan
            fits[name, int(number)] = fit_matrix(less, counts, scoring)
    return fits


def outlier(
    fits: Mapping[tuple[str, int], Fit], alone: float
) -> tuple[str, int] | None:
    """Name the one number without which the others fit ``alone`` times better.

    Better, that is, than without any other number.
    """
    first, second = sorted(fits, key=lambda place: fits[place].rms)[:2]
    return first if fits[second].rms > alone * fits[first].rms + TINY else None


def f1_slack(
    recall: Sequence[Range],
    f1: Sequence[Range],
    spread: Sequence[float],
    counts: Sequence[float],
    step: float,
) -> float:
    """Give how far the F1 scores must be off for any matrix to have these recalls too.

    For fixed class counts, limits of recall and F1 are linear in the cells of the
    matrix, so that linear programming tells whether one exists (HiGHS).

    Parameters
    ----------
    recall, f1 : lowest and highest value, by class
    spread : standard deviations of F1, in which the answer is given
    counts : patients of each class
    step : to which the answer is found, by halving; no more than 1 / step is searched
    """
    limits, spread = cell_limits(recall, counts), np.asarray(spread)
    low, high = 0.0, 1 / step
    if matrix_exists(f1, limits, counts, 0 * spread):
        return 0.0
    while high - low > step:
        middle = (low + high) / 2
        if matrix_exists(f1, limits, counts, middle * spread):
            high = middle
        else:
            low = middle
    return high


def cell_limits(recall: Sequence[Range], counts: Sequence[float]) -> list[Range]:
    """Limit the cells of a matrix of shares of all patients, row by row."""
    shares = np.asarray(counts, float) / np.sum(counts)
    size = len(shares)
    return [
        (max(0, recall[i][0]) * shares[i], min(1, recall[i][1]) * shares[i])
        if i == j
        else (0, shares[i])
        for i in range(size)
        for j in range(size)
    ]


def matrix_exists(
    f1: Sequence[Range],
    limits: Sequence[Range],
    counts: Sequence[float],
    slack: np.ndarray,
) -> bool:
    """Tell whether a matrix within the limits has these F1 scores, give or take."""
    shares = np.asarray(counts, float) / np.sum(counts)
    rows = np.kron(np.eye(len(shares)), np.ones(len(shares)))
    columns = np.kron(np.ones(len(shares)), np.eye(len(shares)))
    diagonal = rows * columns
    low, high = (np.array(f1) + np.stack([-slack, slack], axis=1)).T
    # 2 c_ii <= F1 (n_i + column sum), and the other way round
    above = 2 * diagonal - high[:, None] * columns
    below = low[:, None] * columns - 2 * diagonal
    result = linprog(
        np.zeros(rows.shape[1]),
        A_ub=np.vstack([above, below]),
        b_ub=np.concatenate([high * shares, -low * shares]),
        A_eq=rows,
        b_eq=shares,
        bounds=limits,
    )
    return result.status == 0
