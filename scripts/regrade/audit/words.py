"""Statements of a text against the numbers they speak of."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product

import numpy as np
from scipy.stats import ttest_ind_from_stats

from regrade.audit.printed import TINY, Printed

Range = tuple[float, float]


def differences(start: Printed, end: Printed) -> dict[str, Range]:
    """Give what a change may be called, in per cent: from least to largest.

    "points": of numbers that are fractions, times 100; of percentages, as they are.
    "per cent of the first", "of the second": relative to that number.
    """
    corners = list(product((start.low, start.high), (end.low, end.high)))
    unit = 1 if start.unit == "%" else 100
    ways = {
        "points": [unit * (b - a) for a, b in corners],
        "per cent of the first": [100 * (b - a) / a for a, b in corners],
        "per cent of the second": [100 * (b - a) / b for a, b in corners],
    }
    return {name: (min(values), max(values)) for name, values in ways.items()}


def plain_differences(start: Printed, end: Printed) -> dict[str, float]:
    """Give the amounts of ``differences`` of the numbers as they are printed."""
    exact = [replace(number, half=0.0) for number in (start, end)]
    return {way: abs(np.mean(change)) for way, change in differences(*exact).items()}


def overlapping(stated: Printed, change: Range, factor: float) -> bool:
    """Tell whether a stated amount is a change, either way, times a factor."""
    low, high = sorted(abs(limit) for limit in change)
    if change[0] < 0 < change[1]:
        low = 0.0
    return stated.low <= high * factor + TINY and low * factor - TINY <= stated.high


def ways_to_read(
    stated: Printed, start: Printed, end: Printed, factors: Sequence[float]
) -> list[tuple[str, float]]:
    """Give the ways, and factors on them, in which a change prints as stated."""
    changes = differences(start, end)
    return [
        (way, factor)
        for way, factor in product(changes, factors)
        if overlapping(stated, changes[way], factor)
    ]


def ordered(higher: Printed, lower: Printed) -> bool | None:
    """Tell whether the first is larger; None if their rounding leaves it open."""
    if higher.low > lower.high:
        return True
    return None if higher.high >= lower.low else False


def total_range(numbers: Sequence[Printed], weights: Sequence[float]) -> Range:
    """Give the least and the largest weighted sum that the rounding leaves."""
    signed = [(w * n.low, w * n.high) for n, w in zip(numbers, weights, strict=True)]
    return sum(min(pair) for pair in signed), sum(max(pair) for pair in signed)


def within(stated: Printed, values: Range) -> bool:
    """Tell whether any of the values prints as stated."""
    return values[0] <= stated.high and stated.low <= values[1]


def fitted_weights(parts: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Find the weights of an average by least squares, from several rows of a table.

    Parameters
    ----------
    parts : (rows, classes)
    totals : (rows,)
    """
    return np.linalg.lstsq(parts, totals, rcond=None)[0]


def p_of_means(first: Printed, second: Printed, folds: int) -> float:
    """Give the two-sided p of two means over folds with their SDs (Welch)."""
    return float(
        ttest_ind_from_stats(
            first.value, first.sd, folds, second.value, second.sd, folds, False
        ).pvalue
    )


def least_p_of_counts(first: int, second: int) -> float:
    """Give the least p an exact McNemar test of the same patients can give.

    The most favourable case: none is right under the worse model alone.
    """
    return min(1.0, 2.0 * 0.5 ** abs(first - second))


def count_parameters(layers: Mapping[str, list]) -> dict[str, int]:
    """Count the trainable parameters of a network, part by part.

    Parameters
    ----------
    layers : for each part, layers as [kind, numbers]: ``conv: [in, out, *kernel]``
        without bias and ``norm: channels`` (a weight and a bias each), ``linear:
        [in, out]`` with bias, each with ``times``
    """
    return {part: sum(map(parameters_of, group)) for part, group in layers.items()}


def parameters_of(layer: Mapping) -> int:
    """Count the parameters of one layer, as often as it stands there."""
    if "conv" in layer:
        count = int(np.prod(layer["conv"]))
    elif "linear" in layer:
        count = layer["linear"][0] * layer["linear"][1] + layer["linear"][1]
    else:
        count = 2 * layer["norm"]
    return count * layer.get("times", 1)
