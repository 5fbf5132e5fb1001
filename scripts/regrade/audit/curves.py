"""The area under a ROC curve (AUC) against counts of patients."""

from math import ceil, floor

import numpy as np
from scipy.stats import norm

from regrade.audit.printed import Printed


def area_bounds(tp: int, fp: int, fn: int, tn: int) -> tuple[float, float]:
    """Bound the AUC of scores that one threshold cuts into these counts (3A-3).

    Every positive above the threshold outranks every negative below it, and the other
    way round; the order of all other pairs is free.
    """
    pairs = (tp + fn) * (tn + fp)
    return tp * tn / pairs, 1 - fn * fp / pairs


def ranked_pairs(area: Printed, pairs: int, *, ties: bool) -> list[float]:
    """Give the numbers of rightly ranked pairs that print as this AUC (3A-4).

    Parameters
    ----------
    pairs : positives times negatives
    ties : whether pairs with equal scores, which count a half, are allowed
    """
    steps = pairs * (2 if ties else 1)
    counts = range(ceil(area.low * steps), floor(area.high * steps) + 1)
    return [count * pairs / steps for count in counts]


def reachable_share(decimals: int, pairs: int) -> float:
    """Give the share of the printable numbers from 0 to 1 that k / pairs can reach."""
    numbers = np.round(np.arange(pairs + 1) / pairs, decimals)
    return len(np.unique(numbers)) / (10**decimals + 1)


def standard_error(area: float, positives: int, negatives: int) -> float:
    """Give the standard error of an AUC (Hanley and McNeil 1982)."""
    one, two = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area)
    variance += (positives - 1) * (one - area**2) + (negatives - 1) * (two - area**2)
    return np.sqrt(variance / (positives * negatives))


def p_of_areas(
    areas: tuple[float, float], positives: int, negatives: int, correlation: float
) -> float:
    """Give the two-sided p of a difference of AUCs (Hanley and McNeil 1983).

    Parameters
    ----------
    correlation : of the two AUCs; 0 for other patients, towards 1 for the same ones
    """
    first, second = (standard_error(area, positives, negatives) for area in areas)
    variance = first**2 + second**2 - 2 * correlation * first * second
    return float(2 * norm.sf(abs(areas[0] - areas[1]) / np.sqrt(variance)))
