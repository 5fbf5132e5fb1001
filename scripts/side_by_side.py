"""Printed and reproduced numbers side by side: a LaTeX and an HTML table an item."""

from pathlib import Path

import pandas as pd

from regrade.latex import latex
from regrade.logs import log_to
from regrade.pages import number, render
from regrade.tables import read_table

PLACE = ["row", "column"]
HEADS = {"row": "Row", "column": "Number", "printed": "Printed", "audit": "Audit"}


def side_by_side(comparison: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Arrange the printed numbers with those of each variant, item by item, in words.

    Parameters
    ----------
    comparison : schema ``comparison``

    Returns
    -------
    a frame of each item that the paper prints: row, number, printed, variants, audit
    """
    printed = comparison[comparison["printed"].notna()].fillna(
        {"unit": "", "audit": ""}
    )
    own = printed.assign(words=printed.agg(cell_words, axis=1))
    own["printed"] = own.agg(printed_words, axis=1)
    return {item: arranged(cells) for item, cells in own.groupby("item", sort=False)}


def arranged(cells: pd.DataFrame) -> pd.DataFrame:
    """Put the variants of an item's numbers beside each other, in the paper's order."""
    first = cells.drop_duplicates(PLACE)[[*PLACE, "printed", "audit"]]
    words = cells.pivot(index=PLACE, columns="variant", values="words")
    variants = list(cells["variant"].unique())
    whole = first.merge(words[variants].fillna("not run"), on=PLACE)
    whole = whole[[*PLACE, "printed", *variants, "audit"]]
    heads = {v: f"Reproduced, {v.replace('_', ' ')}" for v in variants}
    return whole.rename(columns=HEADS | heads)


def printed_words(cell: pd.Series) -> str:
    """Write a number as it is printed, with its spread and unit."""
    spread = "" if pd.isna(cell["published_sd"]) else f" ± {cell['published_sd']:g}"
    return f"{cell['printed']}{spread}{' %' if cell['unit'] == '%' else ''}"


def cell_words(cell: pd.Series) -> str:
    """Write a reproduced number with the digits printed, and its interval."""
    if pd.isna(cell["reproduced"]):
        return cell["verdict"]
    form = f",.{len(cell['printed'].partition('.')[2])}f"
    value, *ends = (number(cell[key], form) for key in ("reproduced", "low", "high"))
    return value if pd.isna(cell["low"]) else f"{value} ({ends[0]} to {ends[1]})"


if __name__ == "__main__":
    log_to(snakemake.log[0])
    params = snakemake.params
    frames = side_by_side(read_table(snakemake.input.comparison, "comparison"))
    captions = {
        item: f"{item} of {params.study}{f': {params.scope}' if params.scope else ''}."
        for item in frames
    }
    tables = [
        latex(frame.set_index("Row"), "Row", captions[item], long=True)
        for item, frame in frames.items()
    ]
    Path(snakemake.output.latex).write_text("\n\n".join(tables) + "\n")
    page = render(
        Path(snakemake.input.template).read_text(),
        Path(snakemake.input.style).read_text(),
        study=params.study,
        scope=params.scope,
        tables={captions[item]: frame for item, frame in frames.items()},
    )
    Path(snakemake.output.page).write_text(page, encoding="utf-8")
