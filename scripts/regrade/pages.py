"""What the pages of the report share: counts, reasons, numbers, files within."""

import base64
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.filters import do_forceescape, do_mark_safe

TEMPLATES = Path(__file__).parents[2] / "workflow" / "report"


@dataclass(frozen=True)
class Row:
    """A row of a CSV file as it stands there: its cells are texts.

    Parameters
    ----------
    number : of the row in a spreadsheet, where the header is row 1
    """

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]


def read_rows(path: str) -> list[Row]:
    """Read a CSV file cell by cell, so that a page can show just what stands there."""
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    records = enumerate(table.to_dict("records"), start=2)
    return [Row(number, cells) for number, cells in records]


def counts(values: pd.Series) -> dict[str, int]:
    """Count each word, empty cells as "not known"."""
    return values.fillna("not known").value_counts().sort_index().to_dict()


def reasons(problems: pd.DataFrame) -> dict[str, list[str]]:
    """Give the subjects of each problem, the most frequent problem first."""
    groups = problems.groupby("problem")["subject"].agg(list)
    return groups.sort_values(key=lambda names: -names.str.len()).to_dict()


def data_uri(content: bytes, kind: str) -> str:
    """Give a file as a data URI, so that the page needs no other file.

    Parameters
    ----------
    kind : media type, as image/svg+xml
    """
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


def number(value: float | None, form: str = ".4f") -> str:
    """Write a number, with a true minus sign; a dash where there is none."""
    return "–" if pd.isna(value) else format(value, form).replace("-", "−")


def shown(text: str, form: str) -> str:
    """Write the number that a cell of a CSV file holds; a dash where it is empty."""
    return number(float(text) if text else None, form)


def breakable(text: str) -> str:
    """Allow a long word to go on in the next line, after _ or 20 characters."""
    parts = re.sub(r"([^\s_]{20}|_)(?=\S)", "\\1\0", text).split("\0")
    return do_mark_safe("<wbr>".join(do_forceescape(part) for part in parts))


def from_page(path: str) -> str:
    """Give the address of a file in results/, seen from a page in results/report."""
    address, _, anchor = path.partition("#")
    if address == "report/index.html" and anchor:
        return f"#{anchor}"
    address = posixpath.relpath(address.removeprefix("results/"), "report")
    return f"{address}#{anchor}" if anchor else address


def render(template: str, style: str, **content) -> str:
    """Fill a page's template; everything from tables is escaped.

    Parameters
    ----------
    template : its text; files that it includes lie in ``workflow/report``
    """
    environment = Environment(
        autoescape=True,
        loader=FileSystemLoader(TEMPLATES),
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {
        "breakable": breakable,
        "from_page": from_page,
        "number": number,
        "shown": shown,
    }
    return environment.from_string(template).render(style=style, **content)
