"""Which 2 x 2 matrices of whole patients give a row of rounded two-class scores (3A-1).

A reading says what the columns mean: sensitivity and specificity, or, under the same
names, positive and negative predictive value; and which class is the positive one. The
search is exhaustive: (positives + 1) (negatives + 1) matrices.
"""

from collections.abc import Mapping
from itertools import product

import numpy as np

from regrade.audit.printed import Printed
from regrade.metrics import ratio

# What the columns of a pair hold in each reading, for either positive class.
PAIRS = {
    "sensitivity and specificity": ("sensitivity", "specificity"),
    "PPV and NPV": ("ppv", "npv"),
}
Reading = tuple[str, str]


def grid_of_matrices(positives: int, negatives: int) -> np.ndarray:
    """Give tp, fp, fn, tn of all matrices: (4, (positives + 1) (negatives + 1))."""
    tp, tn = np.meshgrid(np.arange(positives + 1), np.arange(negatives + 1))
    return np.stack([tp, negatives - tn, positives - tp, tn]).reshape(4, -1)


def scores_of_matrices(matrices: np.ndarray) -> dict[str, np.ndarray]:
    """Score matrices (4, ...) by definition; 0/0 is NaN, which fits no number."""
    tp, fp, fn, tn = matrices
    return {
        "accuracy": ratio(tp + tn, tp + fp + fn + tn),
        "sensitivity": ratio(tp, tp + fn),
        "specificity": ratio(tn, tn + fp),
        "ppv": ratio(tp, tp + fp),
        "npv": ratio(tn, tn + fn),
    }


def read_as(
    scores: Mapping[str, np.ndarray], pair: str, *, swapped: bool
) -> dict[str, np.ndarray]:
    """Give what the columns hold in a reading.

    Parameters
    ----------
    scores : as ``scores_of_matrices`` gives them
    pair : a name of ``PAIRS``
    swapped : whether the other class is the positive one

    Returns
    -------
    accuracy, sensitivity, specificity (as the columns are named), and their mean
    """
    first, second = PAIRS[pair][::-1] if swapped else PAIRS[pair]
    return {
        "accuracy": scores["accuracy"],
        "sensitivity": scores[first],
        "specificity": scores[second],
        "mean": (scores[first] + scores[second]) / 2,
    }


def matrices_behind(
    row: Mapping[str, Printed], positive: str, negative: str, counts: Mapping[str, int]
) -> dict[Reading, np.ndarray]:
    """Find all matrices that print as this row, in every reading.

    Parameters
    ----------
    row : of accuracy, sensitivity, specificity and mean those that are printed
    positive, negative : names of the classes, the first as the paper has it
    counts : patients of each class

    Returns
    -------
    for each reading (pair, positive class): tp, fp, fn, tn, an array (4, matrices);
    all four as seen from ``positive``
    """
    matrices = grid_of_matrices(counts[positive], counts[negative])
    scores = scores_of_matrices(matrices)
    found = {}
    for pair, swapped in product(PAIRS, (False, True)):
        held = read_as(scores, pair, swapped=swapped)
        fits = np.all(
            [
                (held[name] >= number.low) & (held[name] <= number.high)
                for name, number in row.items()
            ],
            axis=0,
        )
        found[pair, negative if swapped else positive] = matrices[:, fits]
    return found


def fitting(found: Mapping[Reading, np.ndarray]) -> dict[Reading, np.ndarray]:
    """Keep the readings in which any matrix fits."""
    return {reading: m for reading, m in found.items() if m.shape[1]}


def matrices_without_one(
    row: Mapping[str, Printed], positive: str, negative: str, counts: Mapping[str, int]
) -> dict[tuple[str, Reading], np.ndarray]:
    """Leave out one number of the row at a time and search again.

    Returns
    -------
    for each number left out and each reading that then fits, the matrices
    """
    found = {}
    for left_out in row:
        others = {name: number for name, number in row.items() if name != left_out}
        fits = fitting(matrices_behind(others, positive, negative, counts))
        found |= {(left_out, reading): m for reading, m in fits.items()}
    return found
