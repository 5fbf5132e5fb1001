"""A table as its paper prints it: Markdown and LaTeX, values as 0.8949 ± 0.033."""

from functools import partial
from pathlib import Path

import pandas as pd

from regrade.latex import latex
from regrade.logs import log_to
from regrade.markdown import markdown
from regrade.tables import read_table

CELL = ["item", "row", "column"]
FORMS = {
    "fraction": "{:.4f}",
    "difference": "{:+.4f}",
    "%": "{:.2f} %",
    "parameters": "{:,.0f}",
    "images": "{:,.0f}",
    "number": "{:.3f}",
    "runs": "{:.0f}",
    "MB": "{:,.0f} MB",
    "s": "{:,.1f} s",
}
NOTHING = "–"


def arrange(
    table: pd.DataFrame, published: pd.DataFrame, columns: list[str]
) -> dict[str, pd.DataFrame]:
    """Arrange each item of the table as the paper prints it, in words.

    What a run does not give is the paper's: numbers of other works, and words such as a
    method. A standard deviation is left out where the paper prints none; tables that
    are not of the paper have intervals.

    Parameters
    ----------
    table : schema ``table``
    published : item, row, column, value, sd, unit; all text
    columns : the paper's columns, left to right

    Returns
    -------
    a frame of each item, its rows and columns as printed
    """
    bare = published.groupby(["item", "column"])["sd"].count().eq(0)
    bare, printed = set(bare.index[bare]), set(published["item"])
    others = table["value"].isna() & table["subjects"].eq(0)
    texts = paper_words(published, table[others])
    for cell in table[~others].itertuples():
        printed_alone = (cell.item, cell.column) in bare
        own = cell.item not in printed
        words = cell_words(cell, with_sd=not printed_alone, with_interval=own)
        texts[cell.item, cell.row, cell.column] = words
    return {
        item: pd.DataFrame(
            [
                [texts.get((item, row, column), NOTHING) for column in columns]
                for row in cells["row"].unique()
            ],
            index=cells["row"].unique(),
            columns=columns,
        )
        for item, cells in table.groupby("item", sort=False)
    }


def paper_words(published: pd.DataFrame, others: pd.DataFrame) -> dict[tuple, str]:
    """Give the paper's words, and its numbers of other works, by item, row, column."""
    wanted = set(others[CELL].itertuples(index=False, name=None))
    texts = {}
    for cell in published.itertuples():
        key = cell.item, cell.row, cell.column
        if not cell.value.replace(".", "").isdigit():
            texts[key] = cell.value
        elif key in wanted:
            texts[key] = f"{cell.value} %" if cell.unit == "%" else cell.value
    return texts


def cell_words(cell, *, with_sd: bool, with_interval: bool) -> str:
    """Write a cell of the table: with its interval, as a difference, or with its sd.

    As the paper does, with three decimals, or with four where three would be zero.
    """
    if pd.isna(cell.value):
        return NOTHING
    form = FORMS[cell.unit]
    if cell.unit == "difference" or with_interval and pd.notna(cell.low):
        text = f"{form} ({form} to {form})".format(cell.value, cell.low, cell.high)
    elif with_sd and pd.notna(cell.sd):
        decimals = 4 if 5e-5 <= cell.sd < 5e-4 else 3
        text = f"{form.format(cell.value)} ± {cell.sd:.{decimals}f}"
    else:
        text = form.format(cell.value)
    return text.replace("-", "−")


if __name__ == "__main__":
    log_to(snakemake.log[0])
    params = snakemake.params
    table = read_table(snakemake.input.table, "table")
    published = pd.concat(
        pd.read_csv(path, dtype=str) for path in snakemake.input.published
    )
    about = [params.variant.replace("_", " "), params.scope]
    origin = f"Reproduced: {', '.join(filter(None, about))}."
    frames = arrange(table, published, params.columns)
    for form, path in [(markdown, "markdown"), (partial(latex, long=False), "latex")]:
        parts = [
            form(frame, params.heading, f"{item}. {params.title}. {origin}")
            for item, frame in frames.items()
        ]
        Path(snakemake.output[path]).write_text("\n\n".join(parts) + "\n")
