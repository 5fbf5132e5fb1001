"""Tables in words, and in Markdown."""

import pandas as pd

from regrade.pages import number


def in_words(table: pd.DataFrame) -> pd.DataFrame:
    """Write numbers with three digits that count; a dash where a cell is empty."""
    words = {
        name: [
            cell if isinstance(cell, str) else number(cell, _form(column))
            for cell in column
        ]
        for name, column in table.items()
    }
    return pd.DataFrame(words, index=table.index)


def _form(column: pd.Series) -> str:
    return ",d" if pd.api.types.is_integer_dtype(column) else ".3g"


def markdown(frame: pd.DataFrame, heading: str, caption: str) -> str:
    """Write a Markdown table under its caption in bold; the index comes first."""
    lines = [[heading, *frame.columns], ["---"] * (len(frame.columns) + 1)]
    lines += [list(line) for line in frame.itertuples(name=None)]
    escaped = [[text.replace("|", r"\|") for text in line] for line in lines]
    rows = [f"| {' | '.join(line)} |" for line in escaped]
    return "\n".join([f"**{caption}**", "", *rows])
