"""Statements and sums of a paper against its own numbers.

Each check takes the printed numbers, the scores by definition of rows whose columns
hold something else, and the arguments of an entry of the claims file. Places are
[item, row, column] of the published numbers, or {fact, source}.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from regrade.audit.printed import (
    HOLDS,
    IMPOSSIBLE,
    OTHER,
    TINY,
    UNKNOWN,
    Cells,
    Defined,
    Place,
    Printed,
    finding,
    listed,
    number_at,
)
from regrade.audit.words import (
    count_parameters,
    fitted_weights,
    ordered,
    plain_differences,
    total_range,
    ways_to_read,
    within,
)


def repeated(cells: Cells, _: Defined, *, places: Sequence[Place]) -> list[dict]:
    """Check that a number is the same, with its SD, wherever it is printed."""
    check = "same number in all places"
    numbers = [number_at(cells, place).fraction for place in places]
    evidence = "; ".join(
        f"{number_at(cells, place).value}"
        + (f" ± {number.sd}" if number.sd == number.sd else "")
        + f" ({', '.join(place[:2])})"
        for number, place in zip(numbers, places, strict=True)
    )
    equal = all(
        abs(a.value - b.value) <= max(a.half, b.half) + TINY
        and not abs(a.sd - b.sd) > max(a.sd_half, b.sd_half)
        for a, b in combinations(numbers, 2)
    )
    return [finding(check, HOLDS if equal else IMPOSSIBLE, evidence)]


def sums(
    cells: Cells,
    _: Defined,
    *,
    whole: Place,
    readings: Mapping[str, Mapping[str, Sequence[Place]]],
) -> list[dict]:
    """Check that counts add up, in any of the ways they may be counted.

    Parameters
    ----------
    whole : what is printed
    readings : by their words: the numbers to ``add`` and those to take away, ``less``
    """
    stated = number_at(cells, whole)
    totals = {}
    for words, parts in readings.items():
        added = [number_at(cells, place) for place in parts["add"]]
        less = [number_at(cells, place) for place in parts.get("less", [])]
        weights = [1] * len(added) + [-1] * len(less)
        totals[words] = total_range(added + less, weights)
    fits = [words for words, total in totals.items() if within(stated, total)]
    evidence = "; ".join(f"{words}: {np.mean(t):g}" for words, t in totals.items())
    evidence += f"; {stated.value:g} is printed"
    verdict = (HOLDS if next(iter(totals)) in fits else OTHER) if fits else IMPOSSIBLE
    found = {f"{np.mean(total):g}" for total in totals.values()}
    only = found.pop() if not fits and len(found) == 1 else ""
    return [finding("counts add up", verdict, evidence, only)]


def shares(
    cells: Cells,
    _: Defined,
    *,
    stated: Place,
    part: Sequence[Place],
    whole: Sequence[Place],
    factor: float,
) -> list[dict]:
    """Check a share or ratio of counts; ``factor`` is 100 for per cent."""
    number = number_at(cells, stated)
    parts, wholes = (
        sum(number_at(cells, place).value for place in places)
        for places in (part, whole)
    )
    value = factor * parts / wholes
    evidence = f"{parts:g} / {wholes:g} gives {value:.4g}; {number.value:g} is printed"
    if number.holds(value):
        return [finding("share of counts", HOLDS, evidence)]
    corrected = f"{value:.{number.decimals}f}"
    return [finding("share of counts", IMPOSSIBLE, evidence, corrected)]


def changes(
    cells: Cells,
    defined: Defined,
    *,
    stated: Place,
    start: Place,
    end: Place,
    factors: Sequence[float],
) -> list[dict]:
    """Check a stated change: points or per cent, and whether a digit has slipped.

    ``%`` of numbers that are no percentages says per cent of the first. It may mean
    points, which is another reading.

    Parameters
    ----------
    factors : by which the stated number may be off, as [0.1, 10]
    """
    check = "change against the table"
    number = number_at(cells, stated)
    first, last = number_at(cells, start), number_at(cells, end)
    ways = dict(ways_to_read(number, first, last, [1]))
    amounts = plain_differences(first, last)
    evidence = f"{first.value:g} to {last.value:g} is " + "; ".join(
        f"{value:.3f} {way}" for way, value in amounts.items()
    )
    evidence += f"; {number.value:g} is printed"
    literal = {"per cent of the first"} | ({"points"} if first.unit == "%" else set())
    if ways:
        verdict = HOLDS if literal & set(ways) else OTHER
        return [finding(check, verdict, f"{evidence}: {' or '.join(ways)}")]
    slipped = ways_to_read(number, first, last, factors)
    if slipped:
        evidence += f", which is {slipped[0][1]:g} times {slipped[0][0]}"
    fitting = {f"{amounts[way]:.{number.decimals}f}" for way in amounts}
    corrected = fitting.pop() if len(fitting) == 1 else ""
    return [finding(check, IMPOSSIBLE, evidence, corrected)]


def orders(
    cells: Cells, defined: Defined, *, pairs: Sequence[Sequence[Place]]
) -> list[dict]:
    """Check a statement that the first number of each pair is the higher one.

    Where columns hold something else than their name, the scores by definition are
    compared, too.
    """
    numbers = [[number_at(cells, place).fraction for place in pair] for pair in pairs]
    outcomes = [ordered(*pair) for pair in numbers]
    against = [
        f"{label(pair[0])} {one.value:g} is not above {label(pair[1])} {other.value:g}"
        for pair, (one, other), true in zip(pairs, numbers, outcomes, strict=True)
        if true is False
    ]
    check, counted = (
        "order of the numbers",
        f"{len(against)} of {len(pairs)} pairs fail",
    )
    if against:
        return [finding(check, IMPOSSIBLE, f"{counted}: {'; '.join(against)}")]
    failing = failing_by_definition(defined, pairs)
    if failing:
        evidence = (
            f"as printed all {len(pairs)} hold; by definition {len(failing)} fail"
        )
        return [finding(check, OTHER, f"{evidence}: {'; '.join(failing)}")]
    if None in outcomes:
        return [finding(check, UNKNOWN, "two numbers are equal within their rounding")]
    return [finding(check, HOLDS, f"all {len(pairs)} pairs")]


def orders_as_read(
    cells: Cells, defined: Defined, *, readings: Mapping[str, Sequence[Sequence[Place]]]
) -> list[dict]:
    """Check a statement on higher numbers that may be about several pairs of them.

    Parameters
    ----------
    readings : of each way to read it, in words, the pairs that ``orders`` takes
    """
    found = {
        words: orders(cells, defined, pairs=pairs)[0]
        for words, pairs in readings.items()
    }
    verdicts = {one["verdict"] for one in found.values()}
    said = [
        f"{words} ({one['verdict']}) {one['evidence']}" for words, one in found.items()
    ]
    verdict = verdicts.pop() if len(verdicts) == 1 else OTHER
    return [finding("order of the numbers", verdict, "; ".join(said))]


def failing_by_definition(
    defined: Defined, pairs: Sequence[Sequence[Place]]
) -> list[str]:
    """Give the pairs whose scores by definition are in the other order."""
    known = [pair for pair in pairs if all(tuple(place) in defined for place in pair)]
    values = [[defined[tuple(place)] for place in pair] for pair in known]
    return [
        f"{label(pair[0])} {one:.4f}, {label(pair[1])} {other:.4f}"
        for pair, (one, other) in zip(known, values, strict=True)
        if one <= other
    ]


def label(place: Place) -> str:
    """Name a number by its row and column."""
    if isinstance(place, Mapping):
        return place["source"]
    return f"{place[1]} {place[2]}"


def compared_alike(
    cells: Cells, defined: Defined, *, start: Place, end: Place
) -> list[dict]:
    """Check that two numbers that are compared were computed in one way."""
    check = "compared numbers mean the same"
    values = {tuple(p): number_at(cells, p) for p in (start, end)}
    missing = [place for place in values if place not in defined]
    if missing:
        return [finding(check, UNKNOWN, f"no matrix behind {label(missing[0])}")]
    alike = [number.holds(defined[place]) for place, number in values.items()]
    words = " to ".join(f"{defined[place]:.4f}" for place in values)
    evidence = f"printed {' to '.join(str(n.value) for n in values.values())}; "
    evidence += f"by definition {words}"
    verdict = HOLDS if all(alike) else IMPOSSIBLE if any(alike) else OTHER
    return [finding(check, verdict, evidence, "" if verdict == HOLDS else words)]


def averages(
    cells: Cells,
    _: Defined,
    *,
    stated: Sequence[Place],
    parts: Sequence[Sequence[Place]],
    weights: Mapping[str, Sequence[Place]],
    fixed: bool,
) -> list[dict]:
    """Check averages of classes, row by row, and which weights fit all rows.

    Parameters
    ----------
    stated : the average of each row
    parts : of each row, the class scores
    weights : by words, the counts of the classes; the first are those it should be
    fixed : whether the weights are the same in all folds. If not, an average that no
        weights fit is impossible only outside ``range_of_averages``.
    """
    numbers = [[number_at(cells, place) for place in row] for row in parts]
    totals = [number_at(cells, place) for place in stated]
    fits = {}
    for words, places in weights.items():
        counts = np.array([number_at(cells, place).value for place in places])
        ranges = [total_range(row, counts / counts.sum()) for row in numbers]
        fits[words] = [within(t, r) for t, r in zip(totals, ranges, strict=True)]
    check = "average of the classes"
    evidence = "; ".join(
        f"weights {words}: {sum(rows)} of {len(rows)} rows"
        for words, rows in fits.items()
    )
    if len(totals) > len(numbers[0]):
        values = np.array([[number.value for number in row] for row in numbers])
        own = fitted_weights(values, np.array([total.value for total in totals]))
        evidence += f"; least squares give the weights {listed(own, 4)}"
    best = [words for words, rows in fits.items() if all(rows)]
    if best:
        return [finding(check, HOLDS if next(iter(fits)) in best else OTHER, evidence)]
    between = all(
        within(total, range_of_averages(row))
        for total, row in zip(totals, numbers, strict=True)
    )
    verdict = UNKNOWN if between and not fixed else IMPOSSIBLE
    return [finding(check, verdict, evidence)]


def range_of_averages(row: Sequence[Printed]) -> tuple[float, float]:
    """Bound the mean over folds of any averages of the classes, given their SDs.

    In no fold does an average leave the range of the classes, and that range moves by
    no more than all their deviations together. Without SDs there is no bound.
    """
    spread = sum(number.sd + number.sd_half for number in row)
    if math.isnan(spread):
        return -math.inf, math.inf
    return min(n.low for n in row) - spread, max(n.high for n in row) + spread


def parameters(
    cells: Cells,
    _: Defined,
    *,
    networks: Mapping[str, Mapping],
) -> list[dict]:
    """Check parameter counts against networks as they are described.

    Parameters
    ----------
    networks : by name: where the count is ``printed``, and ``parts``, for each its
        layers, as ``count_parameters`` takes them
    """
    counts = {name: count_parameters(n["parts"]) for name, n in networks.items()}
    findings = []
    for name, network in networks.items():
        stated = int(number_at(cells, network["printed"]).value)
        found = one_count(stated, name, counts)
        findings += [found | {"row": name}]
    return findings


def one_count(stated: int, name: str, counts: Mapping[str, Mapping[str, int]]) -> dict:
    """Judge a parameter count; try each part as another network has it."""
    check = "parameters of the described network"
    own = sum(counts[name].values())
    evidence = f"{own:,} parameters as described; {stated:,} are printed"
    if own == stated:
        return finding(check, HOLDS, evidence)
    exchanged = [
        f"the {part} of {other}"
        for other, parts in counts.items()
        for part, count in parts.items()
        if own - counts[name][part] + count == stated
    ]
    if exchanged:
        evidence += f": the count with {exchanged[0]}"
        return finding(check, OTHER, evidence, f"{own}")
    return finding(check, IMPOSSIBLE, evidence, f"{own}")
