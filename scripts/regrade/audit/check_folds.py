"""Means over folds of a study with several classes, against whole patients."""

from collections.abc import Mapping, Sequence
from itertools import product
from math import ceil, floor

from regrade.audit.folds import (
    f1_bounds,
    folds_behind,
    patients_needed,
    reachable_f1,
    sizes_of_class,
)
from regrade.audit.outside import consistent_ways
from regrade.audit.printed import (
    HOLDS,
    IMPOSSIBLE,
    OTHER,
    UNKNOWN,
    Cells,
    Place,
    finding,
    listed,
    number_at,
)
from regrade.audit.words import total_range


def counts_at(cells: Cells, places: Sequence[Place]) -> list[int]:
    """Give printed numbers of patients."""
    return [int(number_at(cells, place).value) for place in places]


def test_sizes(everyone: int, parts: Sequence[int]) -> list[int]:
    """Give the sizes of a test set that a ratio of training to test set may mean."""
    size = everyone * parts[1] / sum(parts)
    return sorted({floor(size), ceil(size)})


def fold_means(
    cells: Cells,
    _: Mapping,
    *,
    mean: Place,
    subjects: Place,
    everyone: Sequence[Place],
    folds: Place,
    parts: Sequence[int],
    chance: float,
) -> list[dict]:
    """Check a mean F1 over folds, with its SD, against whole patients (3B-2).

    Parameters
    ----------
    mean : where it is printed
    subjects, everyone : patients of the class, and of each class
    folds : number of random test sets
    parts : training set to test set
    chance : below which a number of patients of the class in a test set is left out
    """
    number, size = number_at(cells, mean), counts_at(cells, [folds])[0]
    of_class, total = counts_at(cells, [subjects])[0], sum(counts_at(cells, everyone))
    reach = number.sd + number.sd_half
    # No fold is farther from the mean than this, for either divisor of the SD.
    most = reach * (size - 1) ** 0.5
    low, high = number.low - most, number.high + most
    fits, ranges = {}, []
    for tested in test_sizes(total, parts):
        sizes = sizes_of_class(of_class, total, tested, chance)
        ranges += list(sizes)
        values = reachable_f1(sizes, tested, low, high)
        fits = folds_behind(number, values, size) | fits
    needed = patients_needed(number, size)
    evidence = f"{min(ranges)} to {max(ranges)} patients of the class a test set"
    if needed > max(ranges):
        evidence += (
            f"; one error in all folds needs {needed} a test set, and there are "
            f"{of_class} patients of the class"
        )
    if fits:
        evidence += "; " + "; ".join(
            f"folds {listed(found, 4)} with ddof {ddof}" for ddof, found in fits.items()
        )
        return [finding("mean over folds of whole patients", HOLDS, evidence)]
    evidence += f"; no folds give {number.value} ± {number.sd}"
    return [finding("mean over folds of whole patients", IMPOSSIBLE, evidence)]


def f1_of_means(
    cells: Cells,
    _: Mapping,
    *,
    precision: Place,
    recall: Place,
    f1: Place,
    folds: Place,
    steps: int,
) -> list[dict]:
    """Check F1 against precision and recall, all means over folds.

    Parameters
    ----------
    f1 : with its SD
    steps : of the grid of the folds' values
    """
    numbers = [number_at(cells, place) for place in (precision, recall, f1)]
    above = [number.value for number in numbers if number.low > 1]
    if above:
        evidence = f"{above[0]} is no share, it lies above 1"
        return [finding("F1 against precision and recall", IMPOSSIBLE, evidence)]
    size = counts_at(cells, [folds])[0]
    least, most = f1_bounds(*numbers, size, steps)
    stated = numbers[2]
    evidence = (
        f"with precision {numbers[0].value} and recall {numbers[1].value} the mean F1 "
        f"over {size} folds with SD {stated.sd} lies between {least:.4f} and "
        f"{most:.4f}; {stated.value} is printed"
    )
    # The grid finds the least value to about its fourth digit.
    inside = least - 2 * stated.half <= stated.high and stated.low <= most
    verdict = HOLDS if inside else IMPOSSIBLE
    return [finding("F1 against precision and recall", verdict, evidence)]


def matrix_cells(
    cells: Cells,
    _: Mapping,
    *,
    places: Sequence[Sequence[Place]],
    everyone: Sequence[Place],
    folds: Place,
    parts: Sequence[int],
    chance: float,
) -> list[dict]:
    """Check the cells of a matrix of row shares, mean over folds.

    Each row adds up to 1, and no cell is smaller than one case of one fold.

    Parameters
    ----------
    places : of the cells, row by row
    everyone : patients of each class, in the order of the rows
    others : as ``fold_means`` takes them
    """
    counts, size = counts_at(cells, everyone), counts_at(cells, [folds])[0]
    tested = test_sizes(sum(counts), parts)[-1]
    findings = []
    for row, subjects in zip(places, counts, strict=True):
        numbers = [number_at(cells, place) for place in row]
        low, high = total_range(numbers, [1] * len(numbers))
        verdict = HOLDS if low <= 1 <= high else IMPOSSIBLE
        evidence = f"{sum(number.value for number in numbers):.4f}"
        name = {"row": row[0][1]}
        findings += [finding("row adds up to 1", verdict, evidence) | name]
        most = sizes_of_class(subjects, sum(counts), tested, chance)[1]
        least = 1 / (size * most)
        small = [n.value for n in numbers if n.value > 0 and n.high < least]
        evidence = f"one case in {size} test sets of at most {most} is {least:.4f}"
        if small:
            evidence += f"; printed are {listed(sorted(small), 4)}"
        verdict = IMPOSSIBLE if small else HOLDS
        findings += [finding("cells of at least one case", verdict, evidence) | name]
    return findings


def accuracy_of_folds(
    cells: Cells,
    _: Mapping,
    *,
    accuracy: Place,
    everyone: Sequence[Place],
    folds: Place,
    parts: Sequence[int],
) -> list[dict]:
    """Check an accuracy in per cent: patients right of those tested in all folds."""
    number, size = number_at(cells, accuracy), counts_at(cells, [folds])[0]
    tests = test_sizes(sum(counts_at(cells, everyone)), parts)
    near = {
        tested * size: round(number.value / 100 * tested * size) for tested in tests
    }
    values = {total: 100 * right / total for total, right in near.items()}
    evidence = "; ".join(
        f"nearest {near[total]} of {total}: {value:.3f}"
        for total, value in values.items()
    )
    evidence += f"; {number.value} is printed"
    check = "accuracy of whole patients"
    if any(map(number.holds, values.values())):
        return [finding(check, HOLDS, evidence)]
    unit = 2 * number.half
    if any(number.value <= value < number.value + unit for value in values.values()):
        return [finding(check, OTHER, f"{evidence}: cut off, not rounded")]
    return [finding(check, IMPOSSIBLE, evidence)]


def accuracy_and_specificity(
    cells: Cells,
    _: Mapping,
    *,
    accuracy: Place,
    specificity: Place,
    everyone: Sequence[Place],
    other: Sequence[Place],
    folds: Place,
    parts: Sequence[int],
) -> list[dict]:
    """Ask mlscorecheck whether a mean accuracy and specificity can belong together.

    Its accuracy is that of one class against the rest; test sets hold the classes in
    the proportion of all patients, rounded either way, or are the ``other`` one.
    """
    first, second = number_at(cells, accuracy), number_at(cells, specificity)
    scores = {"acc": first.value / 100, "spec": second.value}
    half = max(first.half / 100, second.half)
    counts, size = counts_at(cells, everyone), counts_at(cells, [folds])[0]
    settings = list(product(*(test_sizes(count, parts) for count in counts)))
    settings.append(tuple(counts_at(cells, other)))
    ways = {way for s in settings for way in consistent_ways(scores, half, s, size)}
    evidence = (
        f"{len(settings)} test sets, macro and micro, one set and mean of folds: "
    )
    evidence += ", ".join(sorted(ways)) or "none fits"
    # Test sets that are not stratified may hold other numbers of the classes.
    verdict = HOLDS if ways else UNKNOWN
    return [finding("accuracy against specificity (mlscorecheck)", verdict, evidence)]
