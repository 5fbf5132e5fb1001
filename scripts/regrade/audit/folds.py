"""What means over folds can be when patients are whole (3B-2)."""

from itertools import product

import numpy as np
from scipy.optimize import minimize
from scipy.stats import hypergeom

from regrade.audit.printed import TINY, Printed

# Folds searched at a time: many enough for numpy, few enough to stop early.
CHUNK = 100_000
# Of the least mean F1: points that are refined, and rounds of drawing folds together,
# after which their SD is that printed.
STARTS = 6
ROUNDS = 4


def sizes_of_class(
    subjects: int, everyone: int, tested: int, chance: float
) -> tuple[int, int]:
    """Give how many of a class a random test set may hold.

    Parameters
    ----------
    subjects, everyone : of the class, and in all
    tested : size of the test set
    chance : that there are fewer, and that there are more
    """
    law = hypergeom(everyone, subjects, tested)
    return int(law.ppf(chance)), int(law.isf(chance))


def reachable_f1(
    sizes: tuple[int, int], tested: int, low: float, high: float
) -> np.ndarray:
    """Give every F1 score from low to high that whole patients of one fold can give.

    Parameters
    ----------
    sizes : least and largest number of patients of the class
    tested : patients in all
    """
    right = np.arange(sizes[1] + 1)[:, None]
    # F1 is 2 right / (patients of the class + patients called so).
    both = np.arange(sizes[0], 2 * sizes[1] + tested + 1)
    possible = (both >= right + np.maximum(right, sizes[0])) & (both <= right + tested)
    f1 = 2 * right / both
    return np.unique(f1[possible & (f1 >= low - TINY) & (f1 <= high + TINY)])


def folds_behind(mean: Printed, values: np.ndarray, folds: int) -> dict[int, tuple]:
    """Find values of the folds whose mean and standard deviation print as these.

    All but the last fold are gone through, the first from the mean outwards; the last
    is looked up.

    Parameters
    ----------
    mean : with its standard deviation
    values : that one fold can have, sorted

    Returns
    -------
    for each divisor n - ddof of the standard deviation that fits, by its ddof: the
    values of the folds
    """
    found = {}
    step = max(1, CHUNK // max(1, len(values) ** (folds - 2)))
    nearest = values[np.argsort(np.abs(values - mean.value))]
    for start in range(0, len(values), step):
        parts = [nearest[start : start + step], *[values] * (folds - 2)]
        first = np.stack(np.meshgrid(*parts, indexing="ij"), axis=-1)
        found = _completed(first.reshape(-1, folds - 1), values, mean) | found
        if len(found) == 2:
            break
    return found


def _completed(first: np.ndarray, values: np.ndarray, mean: Printed) -> dict:
    """Add a last fold in all ways that print as the mean; keep one for each ddof."""
    folds = first.shape[1] + 1
    rest = first.sum(axis=1)
    at = np.searchsorted(values, folds * mean.low - rest)
    end = np.searchsorted(values, folds * mean.high - rest, side="right")
    found = {}
    while len(first) and len(found) < 2:
        first, at, end = first[at < end], at[at < end], end[at < end]
        whole = np.column_stack([first, values[at]])
        for ddof in {0, 1} - set(found):
            sd = whole.std(axis=1, ddof=ddof)
            fits = np.flatnonzero(np.abs(sd - mean.sd) <= mean.sd_half + TINY)
            if len(fits):
                found[ddof] = tuple(whole[fits[0]])
        at = at + 1
    return found


def patients_needed(mean: Printed, folds: int) -> int:
    """Give the patients of a class a fold that one error in all leaves room for.

    One error in one of the folds gives a mean F1 of at most 1 - 1 / (folds (2n + 1)).
    """
    return int(np.ceil((1 / (folds * (1 - mean.low)) - 1) / 2)) if mean.high < 1 else 0


def f1_bounds(
    precision: Printed, recall: Printed, f1: Printed, folds: int, steps: int
) -> tuple[float, float]:
    """Bound the mean F1 over folds, given mean precision, mean recall and F1's SD.

    F1 is concave in precision and recall, so that of the means is the largest (Jensen).
    The least is searched on a grid of the folds' values and then refined.

    Parameters
    ----------
    steps : of the grid, for each fold but the last
    """
    best = 2 * precision.high * recall.high / (precision.high + recall.high)
    if folds == 1:
        least = 2 * precision.low * recall.low / (precision.low + recall.low)
        return least, best
    grids = [spread_folds(number.low, folds, steps) for number in (precision, recall)]
    # The order of the folds is free: that of precision is fixed.
    grids[0] = grids[0][(np.diff(grids[0], axis=1) >= -TINY).all(axis=1)]
    pairs = np.indices((len(grids[0]), len(grids[1]))).reshape(2, -1)
    points = np.stack([grids[0][pairs[0]], grids[1][pairs[1]]])
    points = drawn_together(points, f1.sd + f1.sd_half)
    means = f1_scores(points).mean(axis=1)
    starts = points[:, np.argsort(means)[:STARTS]].swapaxes(0, 1)
    refined = [_refined(start.ravel(), precision, recall, f1) for start in starts]
    return min(means.min(), *refined), best


def f1_scores(points: np.ndarray) -> np.ndarray:
    """Give F1 of precision and recall, (2, ...)."""
    return 2 * points[0] * points[1] / np.maximum(points[0] + points[1], TINY)


def drawn_together(points: np.ndarray, sd: float) -> np.ndarray:
    """Draw the folds of each point towards their mean until F1 has at most this SD.

    Parameters
    ----------
    points : precision and recall of the folds, (2, points, folds)
    """
    middle = points.mean(axis=2, keepdims=True)
    for _ in range(ROUNDS):
        own = np.maximum(f1_scores(points).std(axis=1, ddof=1), TINY)
        points = middle + (points - middle) * np.minimum(1, sd / own)[:, None]
    return points


def spread_folds(mean: float, folds: int, steps: int) -> np.ndarray:
    """Give values from 0 to 1 of the folds with this mean, on a grid: (n, folds)."""
    low, high = max(0, folds * mean - folds + 1), min(1, folds * mean)
    grid = np.array(list(product(np.linspace(low, high, steps), repeat=folds - 1)))
    last = folds * mean - grid.sum(axis=1, keepdims=True)
    kept = (last >= -TINY) & (last <= 1 + TINY)
    return np.hstack([grid, last.clip(0, 1)])[kept[:, 0]]


def _refined(
    start: np.ndarray, precision: Printed, recall: Printed, f1: Printed
) -> float:
    """Give the least mean F1 near a start; infinity where the search goes astray."""

    def slack(x: np.ndarray) -> np.ndarray:
        p, r = x.reshape(2, -1).mean(axis=1)
        spread = f1.sd + f1.sd_half - f1_scores(x.reshape(2, -1)).std(ddof=1)
        return np.array([spread, p - precision.low, r - recall.low])

    result = minimize(
        lambda x: f1_scores(x.reshape(2, -1)).mean(),
        start,
        bounds=[(0, 1)] * len(start),
        constraints={"type": "ineq", "fun": slack},
    )
    return float(result.fun) if (slack(result.x) >= -1e-6).all() else np.inf
