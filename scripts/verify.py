"""Compare a results folder with its record, or with another folder, number by number.

Files of the same hash are alike. Of others, tables are compared cell by cell; figures,
and files that the record holds by their hash alone, differ as a whole. Rows in a unit
that the table's schema calls measured, as seconds, are compared in their key alone.
"""

import csv
import io
import json
import math
from functools import cache
from pathlib import Path

import pandas as pd

from regrade.logs import log_to, logger
from regrade.provenance import sha256_of
from regrade.records import RECORD, hashes_in, text_in
from regrade.tables import SCHEMAS, load_schema

RUN = "run.json"


def compare_places(here: Path, there: Path, *, tolerance: float) -> list[str]:
    """Name in a sentence each number that differs, and each file.

    Parameters
    ----------
    here : results folder
    there : another one, or a record
    tolerance : largest relative difference of two numbers that count as equal
    """
    own, other = hashes_at(here, hashes_in(here / RECORD)), hashes_of(there)
    sentences = []
    for name in sorted(own.keys() | other.keys()):
        missing = [p for p, h in [(here, own), (there, other)] if not h.get(name)]
        sentences += [f"{name} is missing in {place}." for place in missing]
        if not missing and own[name] != other[name] and name != RUN:
            texts = text_in(here, name), text_in(there, name)
            if name.endswith(".csv") and None not in texts:
                tables = [as_cells(text, name) for text in texts]
                parts = differing_cells(*tables, there, tolerance)
            else:
                hashes = f"{own[name][:12]}… here and {other[name][:12]}… in {there}"
                parts = [f"SHA-256 {hashes}."]
            sentences += [f"{name}, {part}" for part in parts]
    return sentences


def hashes_of(place: Path) -> dict[str, str | None]:
    """Give the hashes that a record holds, or those of a folder's files now."""
    if place.is_file():
        return dict(hashes_in(place))
    return hashes_at(place, hashes_in(place / RECORD))


def hashes_at(folder: Path, names: dict) -> dict[str, str | None]:
    """Give the hash of each of these files; None of those that are not there."""
    files = {name: folder / name for name in names}
    return {n: sha256_of(f) if f.is_file() else None for n, f in files.items()}


def differing_cells(
    own: pd.DataFrame, other: pd.DataFrame, there: Path, tolerance: float
) -> list[str]:
    """Say which rows and columns are in one table alone, and which cells differ."""
    sentences = []
    for axis in ("index", "columns"):
        names, others = getattr(own, axis), getattr(other, axis)
        word = "" if axis == "index" else "column "
        for name in names.union(others, sort=False).difference(
            names.intersection(others), sort=False
        ):
            place = there if name in names else "the results"
            sentences.append(f"{word}{name}: not in {place}.")
    cells = [table.stack(future_stack=True) for table in (own, other)]
    both = pd.concat(cells, axis=1, join="inner")
    return sentences + [
        f"{row}: {column} is {here or 'empty'} here and {value or 'empty'} in {there}."
        for (row, column), here, value in both.itertuples(name=None)
        if not alike(here, value, tolerance)
    ]


def as_cells(text: str, name: str) -> pd.DataFrame:
    """Read a table as text, each row under its name.

    A row is named by the key columns of the table's schema, or else by its number.
    What a row holds in a measured unit is left out.
    """
    table = read_as_text(text, name)
    schema = schema_of(set(table.columns))
    rows = row_names(table, schema.get("key", []))
    for column, rule in schema.get("columns", {}).items():
        measured = table[column].isin(rule.get("measured", []))
        others = table.columns.difference(schema["key"])
        table.loc[measured, others] = "measured"
    return table.set_axis(rows)


def read_as_text(text: str, name: str) -> pd.DataFrame:
    """Read a table without a change of its cells."""
    heading, *rows = [row for row in csv.reader(io.StringIO(text)) if row] or [[]]
    for number, row in enumerate(rows, start=1):
        if len(row) != len(heading):
            raise ValueError(
                f"{name} is no table any more: row {number} has {len(row)} cells, "
                f"{len(heading)} are expected. Make it again, or mend it."
            )
    return pd.DataFrame(rows, columns=heading, dtype=str)


def row_names(table: pd.DataFrame, key: list[str]) -> list[str]:
    """Name each row by its key, as `item Table 2, row 3D | T1`, or by its number."""
    named = [c for c in key if c in table.columns]
    if not named or table.duplicated(named).any():
        return [f"row {number}" for number in range(1, len(table) + 1)]
    rows = table[named].to_dict("records")
    return [", ".join(f"{c} {v}" for c, v in row.items() if v) for row in rows]


def schema_of(columns: set[str]) -> dict:
    """Give the schema whose columns a table has, the largest; none may fit."""
    fitting = [
        schema
        for schema in table_schemas()
        if set(schema["columns"]) <= columns
        and (schema.get("more_columns") or set(schema["columns"]) == columns)
    ]
    return max(fitting, key=lambda schema: len(schema["columns"]), default={})


@cache
def table_schemas() -> list[dict]:
    """Read all schemas of tables; those of settings have no key."""
    names = [path.name.split(".")[0] for path in sorted(SCHEMAS.glob("*.schema.yaml"))]
    return [schema for schema in map(load_schema, names) if "key" in schema]


def alike(here: str, there: str, tolerance: float) -> bool:
    """Tell whether two cells are equal, as text or as numbers up to the tolerance."""
    if here == there or not tolerance:
        return here == there
    numbers = pd.to_numeric(pd.Series([here, there]), errors="coerce")
    return math.isclose(*numbers, rel_tol=tolerance)


def differing_runs(here: Path, there: Path) -> list[str]:
    """Say in which circumstances two runs differ, which is no fault of a number."""
    texts = text_in(here, RUN), text_in(there, RUN)
    if None in texts:
        return []
    runs = [pd.json_normalize(json.loads(text)).T[0].astype(str) for text in texts]
    both = pd.concat(runs, axis=1).fillna("nothing")
    return [
        f"{RUN}, {key}: {own} here and {other} in {there}."
        for key, own, other in both.itertuples(name=None)
        if own != other
    ]


if __name__ == "__main__":
    log_to(snakemake.log[0])
    folder = Path(snakemake.params.results)
    place = Path(snakemake.params.against or folder / RECORD)
    found = compare_places(folder, place, tolerance=snakemake.params.tolerance)
    for sentence in differing_runs(folder, place) + found:
        logger.info("%s", sentence)
    if found:
        raise ValueError(
            f"Differences between {folder} and {place}: {len(found)}, each named above."
        )
    logger.info("No number, table or figure differs from %s.", place)
