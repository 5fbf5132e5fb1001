"""What the pages of the report share: counts, reasons, numbers, files within."""

import base64

import pandas as pd
from jinja2 import Environment, StrictUndefined


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


def render(template: str, style: str, **content) -> str:
    """Fill a page's template; everything from tables is escaped."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = number
    return environment.from_string(template).render(style=style, **content)
