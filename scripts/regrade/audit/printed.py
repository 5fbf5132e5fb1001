"""Printed numbers with what their rounding leaves open, and findings about them."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

HOLDS = "holds"
IMPOSSIBLE = "impossible"
OTHER = "holds only under another reading"
UNKNOWN = "cannot be told"

# Of comparisons at a limit of rounding, for numbers that a float does not hold exactly.
TINY = 1e-9
# These are not rounded.
EXACT = ("count", "parameters", "images")


@dataclass(frozen=True)
class Printed:
    """A printed number: any value from ``value - half`` to ``value + half`` prints so.

    ``half`` is half a unit of the last digit, 0 for counts; both limits belong to it,
    for a half may be rounded up or to even. ``sd`` is NaN where none is printed.
    """

    value: float
    half: float
    decimals: int = 0
    unit: str = ""
    sd: float = math.nan
    sd_half: float = math.nan

    @property
    def low(self) -> float:
        """The least value that prints so."""
        return self.value - self.half - TINY

    @property
    def high(self) -> float:
        """The largest value that prints so."""
        return self.value + self.half + TINY

    @property
    def fraction(self) -> "Printed":
        """The number as a fraction, if it is printed in per cent."""
        if self.unit != "%":
            return self
        return replace(self, value=self.value / 100, half=self.half / 100, unit="")

    def holds(self, value: float) -> bool:
        """Tell whether a value prints so."""
        return self.low <= value <= self.high


Cell = tuple[str, str, str]
Cells = Mapping[Cell, Printed]
# Where a number stands: [item, row, column], or {fact, source}.
Place = Sequence[str] | Mapping
# Scores by definition of rows whose columns hold something else.
Defined = Mapping[Cell, float]


def printed(text: str, unit: str = "", sd: str = "") -> Printed | None:
    """Read a number as it is printed; None for words and ranges.

    >>> printed("0.970").half
    0.0005
    """
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        return None
    spread = {"sd": float(sd), "sd_half": half_unit(sd)} if sd else {}
    half = 0.0 if unit in EXACT else half_unit(text)
    return Printed(float(text), half, decimals_of(text), unit, **spread)


def decimals_of(text: str) -> int:
    """Count the digits after the point."""
    return len(text.partition(".")[2])


def half_unit(text: str) -> float:
    """Give half a unit of the last printed digit."""
    return 0.5 * 10.0 ** -decimals_of(text)


def published_cells(values: pd.DataFrame) -> dict[Cell, Printed]:
    """Give the printed numbers by item, row and column.

    Parameters
    ----------
    values : item, row, column, value, sd, unit; all text, empty cells are ""
    """
    cells = {}
    for row in values.to_dict("records"):
        number = printed(row["value"], row["unit"], row["sd"])
        if number is not None:
            cells[row["item"], row["row"], row["column"]] = number
    return cells


def number_at(cells: Mapping[Cell, Printed], place: Sequence[str] | Mapping) -> Printed:
    """Find a number: a printed one by item, row and column, or a fact from elsewhere.

    Parameters
    ----------
    place : [item, row, column], or {fact: a number, source: where it stands}

    Raises
    ------
    ValueError
        If no such number is printed.
    """
    if isinstance(place, Mapping):
        return printed(str(place["fact"]), "count")
    if tuple(place) not in cells:
        raise ValueError(
            f"The claims name the printed number {list(place)}, which is not among the "
            "published ones; write item, row and column as the CSV file has them."
        )
    return cells[tuple(place)]


def finding(
    check: str,
    verdict: str,
    evidence: str,
    corrected: str = "",
    **place: str,
) -> dict[str, str]:
    """Give a row of the schema ``audit``; ``place`` adds or replaces columns of it."""
    row = {"check": check, "verdict": verdict, "evidence": evidence}
    return row | {"corrected": corrected} | place


def listed(values: Sequence[float], decimals: int) -> str:
    """Write numbers one after the other."""
    return ", ".join(f"{value:.{decimals}f}" for value in values)
