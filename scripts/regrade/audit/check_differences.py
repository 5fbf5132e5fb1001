"""Whether differences can be significant, given the numbers of patients or folds.

Arguments as in ``check_words``.
"""

from collections.abc import Mapping, Sequence

from regrade.audit.check_words import label
from regrade.audit.curves import p_of_areas
from regrade.audit.printed import (
    HOLDS,
    IMPOSSIBLE,
    UNKNOWN,
    Cells,
    Defined,
    Place,
    finding,
    number_at,
)
from regrade.audit.words import least_p_of_counts, p_of_means


def area_differences(
    cells: Cells,
    _: Defined,
    *,
    pairs: Sequence[Sequence[Place]],
    classes: Mapping[str, Place],
    correlations: Sequence[float],
    level: float,
) -> list[dict]:
    """Ask whether differences of AUCs that are called significant can be so.

    Parameters
    ----------
    correlations : of the AUCs of two models on the same patients, lowest first
    level : of significance
    """
    counts = [int(number_at(cells, place).value) for place in classes.values()]
    findings = []
    for pair in pairs:
        areas = tuple(number_at(cells, place).value for place in pair)
        values = [p_of_areas(areas, *counts, r) for r in correlations]
        evidence = f"{areas[0]} against {areas[1]}: " + ", ".join(
            f"p {p:.2g} at r {r:g}" for p, r in zip(values, correlations, strict=True)
        )
        verdict = HOLDS if max(values) < level else UNKNOWN
        row = {"row": f"{label(pair[0])} > {label(pair[1])}"}
        findings += [finding("difference given n", verdict, evidence) | row]
    return findings


def count_differences(
    cells: Cells,
    defined: Defined,
    *,
    pairs: Sequence[Sequence[Place]],
    patients: Sequence[Place],
    level: float,
) -> list[dict]:
    """Ask whether two shares of the same patients can differ significantly.

    Where the columns hold something else than their name, the shares by definition
    are taken.

    Parameters
    ----------
    patients : whose shares they are, as those of one class for a specificity
    """
    size = sum(int(number_at(cells, place).value) for place in patients)
    findings = []
    for pair in pairs:
        shares = [defined.get(tuple(p), number_at(cells, p).value) for p in pair]
        right = [round(share * size) for share in shares]
        p = least_p_of_counts(*right)
        evidence = f"{right[0]} and {right[1]} of {size} right: p is at least {p:.2g}"
        verdict = UNKNOWN if p < level else IMPOSSIBLE
        row = {"row": f"{label(pair[0])} > {label(pair[1])}"}
        findings += [finding("difference given n", verdict, evidence) | row]
    return findings


def fold_differences(
    cells: Cells,
    _: Defined,
    *,
    pairs: Sequence[Sequence[Place]],
    folds: Place,
    level: float,
) -> list[dict]:
    """Ask whether means over folds differ, given their standard deviations (Welch)."""
    size = int(number_at(cells, folds).value)
    findings = []
    for pair in pairs:
        first, second = (number_at(cells, place) for place in pair)
        p = p_of_means(first, second, size)
        evidence = (
            f"{first.value} ± {first.sd} against {second.value} ± {second.sd} over "
            f"{size} folds: p {p:.2g}"
        )
        row = {"row": f"{label(pair[0])} > {label(pair[1])}"}
        verdict = HOLDS if p < level else UNKNOWN
        findings += [finding("difference given n", verdict, evidence) | row]
    return findings
