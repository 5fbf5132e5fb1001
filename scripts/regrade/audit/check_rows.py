"""Rows of two-class scores, and AUCs, against the patients of the classes."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from regrade.audit.curves import area_bounds, ranked_pairs, reachable_share
from regrade.audit.printed import (
    HOLDS,
    IMPOSSIBLE,
    OTHER,
    UNKNOWN,
    Cell,
    Printed,
    finding,
    number_at,
)
from regrade.audit.two_class import (
    PAIRS,
    Reading,
    fitting,
    matrices_behind,
    matrices_without_one,
    read_as,
    scores_of_matrices,
)

DEFINED = next(iter(PAIRS))


class Explained(NamedTuple):
    """What a row can be: its matrices by reading; those with one number left out.

    The matrices are counted as seen from the class ``positive``.
    """

    positive: str
    fits: dict[Reading, np.ndarray]
    repairs: dict[tuple[str, Reading], np.ndarray]

    @property
    def readings(self) -> set[Reading]:
        """The readings that fit, with a number left out only if none fits without."""
        return set(self.fits) or {reading for _, reading in self.repairs}

    @property
    def matrices(self) -> np.ndarray:
        """All matrices that fit, without repetition: (4, matrices)."""
        found = list((self.fits or self.repairs).values())
        return np.unique(np.hstack(found), axis=1) if found else np.empty((4, 0), int)


def class_counts(
    cells: Mapping[Cell, Printed], classes: Mapping[str, Sequence[str]]
) -> dict[str, int]:
    """Give the printed numbers of patients of the classes."""
    return {name: int(number_at(cells, at).value) for name, at in classes.items()}


def rows_of(
    cells: Mapping[Cell, Printed], items: Sequence[str], columns: Mapping[str, str]
) -> dict[tuple[str, str], dict[str, Printed]]:
    """Gather the rows of tables, by item and row, that have any of the columns.

    Parameters
    ----------
    columns : what a column is said to hold, and its heading
    """
    places = dict.fromkeys((item, row) for item, row, _ in cells if item in items)
    rows = {
        place: {
            held: cells[*place, heading]
            for held, heading in columns.items()
            if (*place, heading) in cells
        }
        for place in places
    }
    return {place: row for place, row in rows.items() if row}


def explain(
    row: Mapping[str, Printed], classes: Mapping[str, int], positive: str
) -> Explained:
    """Search the matrices behind a row; without any, leave out a number at a time."""
    negative = next(name for name in classes if name != positive)
    fits = fitting(matrices_behind(row, positive, negative, classes))
    if fits:
        return Explained(positive, fits, {})
    repairs = matrices_without_one(row, positive, negative, classes)
    return Explained(positive, {}, repairs)


def two_class_rows(
    cells: Mapping[Cell, Printed],
    _: Mapping,
    *,
    items: Sequence[str],
    columns: Mapping[str, str],
    classes: Mapping[str, Sequence[str]],
    positive: str,
    area: str,
) -> list[dict]:
    """Check each row by itself, its AUC against it, and all rows together.

    Parameters
    ----------
    items : tables of the paper
    columns : for accuracy, sensitivity, specificity and mean, the column's heading
    classes : for both classes, where the number of patients is printed
    positive : the class that the sensitivity is said to be of
    area : heading of the AUC's column
    """
    counts = class_counts(cells, classes)
    rows = rows_of(cells, items, columns)
    explained = {at: explain(row, counts, positive) for at, row in rows.items()}
    findings = []
    for at, row in rows.items():
        place = {"item": at[0], "row": at[1]}
        found = explained[at]
        findings += [one_row(row, found, columns) | place]
        if (*at, area) in cells:
            checked = area_against_row(cells[*at, area], found)
            findings += [checked | place | {"column": area}]
    return findings + [one_reading(explained, positive)]


def in_words(reading: Reading) -> str:
    """Write a reading: its pair and the positive class."""
    return f"{reading[0]}, {reading[1]} positive"


def matrix_words(matrix: np.ndarray) -> str:
    """Write tp, fp, fn, tn."""
    names = ("TP", "FP", "FN", "TN")
    return ", ".join(f"{n} {count}" for n, count in zip(names, matrix, strict=True))


def fits_words(fits: Mapping[Reading, np.ndarray]) -> str:
    """Write how many matrices fit in each reading, and the first."""
    return "; ".join(
        f"as {in_words(reading)}: {matrix_words(found[:, 0])}"
        + (f" and {found.shape[1] - 1} more" if found.shape[1] > 1 else "")
        for reading, found in fits.items()
    )


def one_row(
    row: Mapping[str, Printed], found: Explained, columns: Mapping[str, str]
) -> dict:
    """Judge a row: whether whole patients give it, and in which reading."""
    check = "matrix behind the row"
    if (DEFINED, found.positive) in found.fits:
        return finding(check, HOLDS, fits_words(found.fits))
    if found.fits:
        evidence = f"no matrix as {DEFINED}; {fits_words(found.fits)}"
        values = definitions(found) or {}
        corrected = [
            f"{columns[name]} {values[name]:.{row[name].decimals}f}"
            for name in row
            if name in values and not row[name].holds(values[name])
        ]
        return finding(check, OTHER, evidence, ", ".join(corrected))
    evidence = "no matrix in any reading" + "".join(
        f"; without {columns[left_out]} {fits_words({reading: matrices})}"
        for (left_out, reading), matrices in found.repairs.items()
    )
    spoilt = {columns[left_out] for left_out, _ in found.repairs}
    place = {"column": spoilt.pop()} if len(spoilt) == 1 else {}
    corrected = repaired(row, found, columns)
    return finding(check, IMPOSSIBLE, evidence, corrected, **place)


def definitions(found: Explained) -> dict[str, float] | None:
    """Give the row's scores by definition, if one matrix alone is behind it."""
    if found.matrices.shape[1] != 1:
        return None
    scores = scores_of_matrices(found.matrices)
    held = read_as(scores, DEFINED, swapped=False)
    return {name: float(values[0]) for name, values in held.items()}


def repaired(
    row: Mapping[str, Printed], found: Explained, columns: Mapping[str, str]
) -> str:
    """Give the one value that would make the row possible, if there is exactly one."""
    values = set()
    for (name, (pair, first)), matrices in found.repairs.items():
        swapped = first != found.positive
        held = read_as(scores_of_matrices(matrices), pair, swapped=swapped)[name]
        values |= {f"{columns[name]} {value:.{row[name].decimals}f}" for value in held}
    return values.pop() if len(values) == 1 else ""


def area_against_row(area: Printed, found: Explained) -> dict:
    """Judge an AUC by the operating point of its row (3A-3)."""
    check = "AUC against the operating point"
    bounds = [area_bounds(*matrix) for matrix in found.matrices.T]
    if not bounds:
        return finding(check, UNKNOWN, "no matrix behind the row")
    inside = [b for b in bounds if b[0] <= area.high and area.low <= b[1]]
    low, high = (inside or bounds)[0]
    evidence = (
        f"with {matrix_words(found.matrices[:, 0])} the AUC lies between "
        f"{low:.4f} and {high:.4f}; {area.value} is printed"
    )
    return finding(check, HOLDS if inside else IMPOSSIBLE, evidence)


def one_reading(explained: Mapping[tuple[str, str], Explained], positive: str) -> dict:
    """Judge whether the columns mean the same in all rows."""
    check = "one meaning of the columns"
    known = {at: found.readings for at, found in explained.items() if found.readings}
    common = set.intersection(*known.values()) if known else set()
    groups: dict[frozenset, list] = {}
    for at, readings in known.items():
        groups.setdefault(frozenset(readings), []).append(": ".join(at))
    evidence = "; ".join(
        f"{len(rows)} of {len(known)} rows as "
        + " or ".join(sorted(map(in_words, readings)))
        + (f" ({rows[0]})" if len(rows) == 1 < len(known) else "")
        for readings, rows in groups.items()
    )
    if (DEFINED, positive) in common:
        return finding(check, HOLDS, evidence)
    if not known:
        return finding(check, UNKNOWN, "no row has a matrix")
    return finding(check, OTHER if common else IMPOSSIBLE, evidence)


def areas_on_grid(
    cells: Mapping[Cell, Printed],
    _: Mapping,
    *,
    items: Sequence[str],
    area: str,
    classes: Mapping[str, Sequence[str]],
) -> list[dict]:
    """Check each AUC against the grid of the patient pairs, 1 / (n+ n-) (3A-4)."""
    pairs = int(np.prod(list(class_counts(cells, classes).values())))
    areas = {
        at: row["area"] for at, row in rows_of(cells, items, {"area": area}).items()
    }
    findings = [
        area_on_grid(number, pairs) | {"item": at[0], "row": at[1], "column": area}
        for at, number in areas.items()
    ]
    reached = sum(found["verdict"] == HOLDS for found in findings)
    chance = np.prod([reachable_share(n.decimals, pairs) for n in areas.values()])
    evidence = (
        f"{reached} of {len(areas)} AUCs are k / {pairs}; of other units than patients "
        f"all would be so with a chance of {chance:.2g}"
    )
    verdict = HOLDS if reached == len(areas) else UNKNOWN
    return findings + [finding("AUCs are of patients", verdict, evidence)]


def area_on_grid(area: Printed, pairs: int) -> dict:
    """Judge an AUC: whether some number of rightly ranked pairs prints as it."""
    check = "AUC on the grid of patient pairs"
    whole = ranked_pairs(area, pairs, ties=False)
    if whole:
        return finding(check, HOLDS, f"{whole[0]:.0f} of {pairs} pairs")
    halves = ranked_pairs(area, pairs, ties=True)
    if halves:
        evidence = f"{halves[0]:.1f} of {pairs} pairs: only with equal scores"
        return finding(check, OTHER, evidence)
    evidence = f"no number of pairs, whole or half, of {pairs} gives {area.value}"
    return finding(check, IMPOSSIBLE, evidence)


def definitions_of_rows(
    cells: Mapping[Cell, Printed],
    *,
    items: Sequence[str],
    columns: Mapping[str, str],
    classes: Mapping[str, Sequence[str]],
    positive: str,
    **_,
) -> dict[Cell, float]:
    """Give the scores by definition of every row behind which one matrix stands."""
    counts = class_counts(cells, classes)
    defined = {}
    for at, row in rows_of(cells, items, columns).items():
        values = definitions(explain(row, counts, positive)) or {}
        defined |= {
            (*at, columns[name]): values[name] for name in row if name in values
        }
    return defined
