"""Class scores against each other and against a matrix, scored right and wrong."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from regrade.audit.class_matrices import (
    Fit,
    best_fits,
    f1_slack,
    outlier,
    scores_of_shares,
    without_each,
)
from regrade.audit.printed import (
    HOLDS,
    IMPOSSIBLE,
    OTHER,
    TINY,
    UNKNOWN,
    Cells,
    Place,
    finding,
    listed,
    number_at,
)

Fits = Mapping[str, Mapping[str, Fit]]
WORDS = {"right": "by definition", "wrong_axis": "columns divided by the row sums"}


def values_at(
    cells: Cells, scores: Mapping[str, Sequence[Place | None]]
) -> dict[str, np.ndarray]:
    """Give printed scores, one number a class; NaN where none is printed."""
    return {
        name: np.array([fraction(cells, place) for place in places])
        for name, places in scores.items()
    }


def fraction(cells: Cells, place: Place | None) -> float:
    """Give a printed score as a fraction."""
    if place is None:
        return np.nan
    return number_at(cells, place).fraction.value


def counts_of(
    cells: Cells, counts: Mapping[str, Sequence[Place]]
) -> dict[str, np.ndarray]:
    """Give the numbers of patients of the classes, for each way to count them."""
    return {
        words: np.array([number_at(cells, place).value for place in places])
        for words, places in counts.items()
    }


def class_scores_fit(
    cells: Cells,
    _: Mapping,
    *,
    scores: Mapping[str, Sequence[Place | None]],
    counts: Mapping[str, Sequence[Place]],
    limit: float,
    floor: float,
    better: float,
    alone: float,
) -> list[dict]:
    """Search the matrix behind the scores of all classes, right and wrong (3B-4).

    Parameters
    ----------
    scores : by the names of ``metrics.class_scores``: where those of each class stand
    counts : by words: patients of each class in a test set, or in all
    limit : root mean square of what a right matrix may leave
    floor, better : what a right matrix leaves anyway, and how many times closer the
        wrong scoring must come, to be preferred
    alone : how many times better the others must fit without one number to name it
    """
    printed = values_at(cells, scores)
    numbers = counts_of(cells, counts)
    fits = best_fits(printed, numbers)
    words = {way: min(found, key=lambda w: found[w].rms) for way, found in fits.items()}
    left = {way: fits[way][words[way]].rms for way in fits}
    verdict = judge(left, limit, floor, better)
    evidence = "; ".join(f"{WORDS[way]} {rms:.4f} is left" for way, rms in left.items())
    strange = None
    if verdict != HOLDS and min(left.values()) > floor:
        way = min(left, key=left.get)
        strange = strange_number(printed, numbers[words[way]], way, alone)
    if strange:
        printed[strange.score][strange.number] = np.nan
        fits = best_fits(printed, numbers)
        evidence += f"; {strange.evidence}"
    corrected = by_definition(fits["wrong_axis"], numbers) if verdict == OTHER else ""
    return [finding("matrix behind the class scores", verdict, evidence, corrected)]


def judge(left: Mapping[str, float], limit: float, floor: float, better: float) -> str:
    """Judge by what each scoring leaves, as ``class_scores_fit`` says."""
    far_better = left["right"] > max(floor, better * left["wrong_axis"])
    if left["right"] <= limit and not far_better:
        return HOLDS
    return OTHER if left["wrong_axis"] <= limit else IMPOSSIBLE


def by_definition(fits: Mapping[str, Fit], counts: Mapping[str, np.ndarray]) -> str:
    """Score the matrices by definition; a range where the class counts matter."""
    scored = []
    for words, fit in fits.items():
        shares = counts[words] / counts[words].sum()
        own = scores_of_shares(fit.shares, shares, "right")
        accuracy = shares @ np.diag(fit.shares)
        scored += [[*own["Recall"], *own["F1"], own["F1"].mean(), accuracy]]
    low, high = np.min(scored, axis=0), np.max(scored, axis=0)
    both = [
        f"{a:.3f}" if f"{a:.3f}" == f"{b:.3f}" else f"{a:.3f} to {b:.3f}"
        for a, b in zip(low, high, strict=True)
    ]
    size = (len(both) - 2) // 2
    return (
        f"about: recall {', '.join(both[:size])}; F1 {', '.join(both[size:-2])}; "
        f"macro F1 {both[-2]}; accuracy {both[-1]}"
    )


class Strange(NamedTuple):
    """A number without which the others fit far better."""

    score: str
    number: int
    evidence: str


def strange_number(
    printed: Mapping[str, np.ndarray], counts: np.ndarray, scoring: str, alone: float
) -> Strange | None:
    """Find the one number without which the others fit far better, if there is one."""
    fits = without_each(printed, counts, scoring)
    place = outlier(fits, alone)
    if place is None:
        return None
    name, number = place
    own = scores_of_shares(fits[place].shares, counts, scoring)[name][number]
    evidence = (
        f"without {name} {printed[name][number]:g} of class {number + 1} "
        f"{fits[place].rms:.4f}, which gives {own:.3f} for it"
    )
    return Strange(name, number, evidence)


def matrix_against_scores(
    cells: Cells,
    _: Mapping,
    *,
    places: Sequence[Sequence[Place]],
    scores: Mapping[str, Sequence[Place | None]],
    counts: Mapping[str, Sequence[Place]],
    limit: float,
) -> list[dict]:
    """Compare a printed matrix of row shares with the scores printed of it.

    The mean recall of a class over folds is the mean cell on the diagonal, whatever
    the folds hold.

    Parameters
    ----------
    places : of the cells, row by row
    scores : Recall and others; others as ``class_scores_fit`` takes them
    """
    printed, numbers = values_at(cells, scores), counts_of(cells, counts)
    shares = np.array(
        [[number_at(cells, place).value for place in row] for row in places]
    )
    left = {}
    for way in WORDS:
        own = [scores_of_shares(shares, n, way) for n in numbers.values()]
        gaps = [
            np.concatenate([scored[name] - printed[name] for name in printed])
            for scored in own
        ]
        left[way] = min(float(np.sqrt(np.nanmean(gap**2))) for gap in gaps)
    evidence = "; ".join(f"{WORDS[way]} {rms:.4f} is left" for way, rms in left.items())
    recall, diagonal = printed["Recall"], np.diag(shares)
    evidence += f"; diagonal {listed(diagonal, 4)}, recall {listed(recall, 4)}"
    halves = [
        number_at(cells, place).half + number_at(cells, row[number]).half
        for number, (place, row) in enumerate(
            zip(scores["Recall"], places, strict=True)
        )
    ]
    equal = np.all(np.abs(recall - diagonal) <= np.array(halves) + TINY)
    verdict = HOLDS if equal else IMPOSSIBLE
    if verdict == IMPOSSIBLE and left["wrong_axis"] <= limit:
        verdict = OTHER
    corrected = "" if verdict == HOLDS else f"recall {listed(np.diag(shares), 4)}"
    return [finding("matrix against class scores", verdict, evidence, corrected)]


def matrix_accuracy(
    cells: Cells,
    _: Mapping,
    *,
    places: Sequence[Sequence[Place]],
    accuracy: Place,
    everyone: Sequence[Place],
    folds: Place,
    parts: Sequence[int],
    deviations: float,
) -> list[dict]:
    """Compare a printed accuracy, per cent, with a printed matrix of row shares.

    Parameters
    ----------
    everyone, folds, parts : as ``check_folds.fold_means`` takes them
    deviations : how many standard deviations random test sets may move the accuracy
    """
    number, size = number_at(cells, accuracy).fraction, number_at(cells, folds).value
    shares = np.array(
        [[number_at(cells, place).value for place in row] for row in places]
    )
    counts = np.array([number_at(cells, place).value for place in everyone])
    recall, tested = np.diag(shares), counts.sum() * parts[1] / sum(parts)
    value = float(counts @ recall / counts.sum())
    spread = share_deviation(recall, counts, tested) / np.sqrt(size)
    # Each wrong answer is wrong for two of the classes.
    each = 2 / len(counts)
    values = {
        "of all classes": (value, spread),
        "one class against the rest": (1 - each * (1 - value), each * spread),
    }
    evidence = "; ".join(
        f"{words}: {100 * v:.2f} ± {100 * s:.2f}" for words, (v, s) in values.items()
    )
    evidence += f"; {100 * number.value:g} is printed"
    near = [
        words
        for words, (v, s) in values.items()
        if abs(v - number.value) <= deviations * s + number.half
    ]
    literal = next(iter(values)) in near
    verdict = HOLDS if literal else OTHER if near else IMPOSSIBLE
    return [finding("accuracy against the matrix", verdict, evidence)]


def share_deviation(recall: np.ndarray, counts: np.ndarray, tested: float) -> float:
    """Give the standard deviation of what the classes of a test set do to its accuracy.

    The test set is drawn without replacement. Other numbers of the classes weigh the
    recalls otherwise; and a class with a recall of its own in this test set may happen
    to be a large one. The recall is taken to vary with twice the binomial variance, for
    the networks of the folds differ, too.
    """
    shares = counts / counts.sum()
    left = (counts.sum() - tested) / (counts.sum() - 1)
    of_weights = shares @ (recall - shares @ recall) ** 2 / tested * left
    of_shares = shares * (1 - shares) / tested * left
    of_recall = 2 * recall * (1 - recall) / (shares * tested)
    return float(np.sqrt(of_weights + of_shares @ of_recall))


def recalls_against_f1(
    cells: Cells,
    _: Mapping,
    *,
    recall: Sequence[Place | None],
    f1: Sequence[Place],
    counts: Mapping[str, Sequence[Place]],
    deviations: Sequence[float],
    step: float,
) -> list[dict]:
    """Ask whether any matrix has these recalls and these F1 scores (3B-3).

    Parameters
    ----------
    recall, f1 : where those of each class stand; null where a recall is not printed
    deviations : how far F1 may be off for means over folds, in its printed SDs:
        without doubt, and at all
    step : to which this is found
    """
    known = [place and number_at(cells, place).fraction for place in recall]
    first = [(number.low, number.high) if number else (0.0, 1.0) for number in known]
    numbers = [number_at(cells, place) for place in f1]
    second = [(number.low, number.high) for number in numbers]
    spread = [number.sd + number.sd_half for number in numbers]
    slack = {
        words: f1_slack(first, second, spread, patients, step)
        for words, patients in counts_of(cells, counts).items()
    }
    evidence = "; ".join(
        f"{words}: F1 must be off by {value:.2f} SD" for words, value in slack.items()
    )
    doubtful, most = deviations
    least = min(slack.values())
    verdict = HOLDS if least <= doubtful else UNKNOWN if least <= most else IMPOSSIBLE
    return [finding("recall against F1", verdict, evidence)]
