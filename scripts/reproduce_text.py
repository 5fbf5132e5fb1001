"""The numbers that a paper prints outside of its tables, from what a run gives."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from regrade.logs import log_to
from regrade.tables import read_table, write_table

CELL = ["item", "row", "column"]
Place = Sequence[str]
COLUMNS = [*CELL, "value", "unit", "subjects"]
PER_CENT = 100


def repeated(table: pd.DataFrame, same: list[list[Place]]) -> pd.DataFrame:
    """Give numbers of a table again where the paper does.

    Parameters
    ----------
    table : schema ``table``
    same : a place of the text and a place of the table each

    Returns
    -------
    schema ``table``; without those whose table was not made
    """
    places = pd.DataFrame(
        [[*stated, *place] for stated, place in same],
        columns=[*(f"text_{name}" for name in CELL), *CELL],
    )
    found = places.merge(table, on=CELL).drop(columns=CELL)
    return found.rename(columns=lambda name: name.removeprefix("text_"))


def averaged(table: pd.DataFrame, means: list[dict]) -> pd.DataFrame:
    """Give the means of cells, without an interval.

    Parameters
    ----------
    means : stated (a place of the text), of (places of the table)
    """
    cells = table.set_index(CELL)
    rows = []
    for mean in means:
        keys = [tuple(place) for place in mean["of"]]
        if set(keys) <= set(cells.index):
            value = cells.loc[keys, "value"].mean(skipna=False)
            subjects = cells.loc[keys, "subjects"].max()
            rows.append([*mean["stated"], value, "fraction", subjects])
    return pd.DataFrame(rows, columns=COLUMNS)


def changed(table: pd.DataFrame, changes: list[dict]) -> pd.DataFrame:
    """Give changes between cells in per cent, without an interval.

    Parameters
    ----------
    changes : stated (a place of the text), start and end (places of the table, whose
        means are compared) and ``in``: points, share of the start, or fall, that share
        without its sign
    """
    cells = table.set_index(CELL)
    rows = []
    for change in changes:
        keys = [[tuple(place) for place in change[end]] for end in ("start", "end")]
        if set(sum(keys, [])) <= set(cells.index):
            means = (cells.loc[k, "value"].mean(skipna=False) for k in keys)
            value = PER_CENT * change_by(*means)[change["in"]]
            subjects = cells.loc[sum(keys, []), "subjects"].max()
            rows.append([*change["stated"], value, "%", subjects])
    return pd.DataFrame(rows, columns=COLUMNS)


def change_by(start: float, end: float) -> dict[str, float]:
    """Give a change in all ways to say it; a fall has no sign."""
    share = end / start - 1 if start else np.nan
    return {"points": end - start, "share": share, "fall": -share}


def counted(sheets: dict[str, pd.DataFrame], counts: list[dict]) -> pd.DataFrame:
    """Count the rows of sheets, or average one of their columns over patients.

    Parameters
    ----------
    sheets : by name, as cohorts and splits
    counts : stated (a place of the text), of (a sheet), where (column: values), and
        count (a column, whose different values are counted) or mean (a column)

    Returns
    -------
    schema ``table``; without those whose cohort, fold or class is not in the sheet
    """
    rows = []
    for entry in counts:
        sheet = sheets[entry["of"]]
        if all(sheet[name].isin(kept).any() for name, kept in entry["where"].items()):
            kept = sheet.isin(entry["where"])[list(entry["where"])].all(axis=1)
            value, subjects = summed(sheet[kept], entry)
            rows.append([*entry["stated"], value, "number", subjects])
    return pd.DataFrame(rows, columns=COLUMNS)


def summed(rows: pd.DataFrame, entry: dict) -> tuple[float, int]:
    """Count the different values of a column, or average it over patients.

    Returns
    -------
    count or mean, and of how many it is
    """
    if "count" in entry:
        counted = rows[entry["count"]].nunique()
        return float(counted), counted
    values = rows.drop_duplicates("patient")[entry["mean"]].dropna()
    return values.mean(), len(values)


def text_table(
    table: pd.DataFrame,
    sheets: dict[str, pd.DataFrame],
    text: dict[str, list],
    *,
    scope: str,
) -> pd.DataFrame:
    """Give all numbers of the text that a run can give (schema ``table``).

    Parameters
    ----------
    table : the tables of a variant, one below the other
    text : same, means, changes, counts (workflow/published/{study}_text.yaml)
    scope : what the numbers come from
    """
    parts = [
        averaged(table, text["means"]),
        changed(table, text["changes"]),
        counted(sheets, text["counts"]),
    ]
    bare = pd.concat([part for part in parts if len(part)] or parts)
    bare = bare.assign(scope=scope)
    bare = bare.assign(**dict.fromkeys(["sd", "low", "high"], np.nan))
    return pd.concat([repeated(table, text["same"]), bare], ignore_index=True)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    given = snakemake.input
    sheets = {
        "cohorts": pd.concat(read_table(path, "subjects") for path in given.cohorts),
        "splits": read_table(given.splits, "splits"),
    }
    table = pd.concat(read_table(path, "table") for path in given.tables)
    text = yaml.safe_load(Path(given.text).read_text(encoding="utf-8"))
    result = text_table(table, sheets, text, scope=snakemake.params.scope)
    write_table(result, snakemake.output.table, "table")
