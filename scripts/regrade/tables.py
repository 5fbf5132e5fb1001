"""Read and write the tables that pass between chapters, checked against a schema.

The schemas lie in ``workflow/schemas``: a sentence on the table, the columns that
together name a row (``key``), and for each column its type (``string``, ``integer``,
``number``, ``boolean``), whether it may be empty, and its limits.
"""

from pathlib import Path

import pandas as pd
import yaml

SCHEMAS = Path(__file__).parents[2] / "workflow" / "schemas"
TYPES = {
    "string": "string",
    "integer": "Int64",
    "number": "float64",
    "boolean": "boolean",
}


def read_table(path: str, name: str) -> pd.DataFrame:
    """Read a CSV file; the schema of that name types and checks its columns."""
    schema = load_schema(name)
    types = {name: TYPES[rule["type"]] for name, rule in schema["columns"].items()}
    table = pd.read_csv(path, dtype=types, keep_default_na=False, na_values=[""])
    check_table(table, schema, path)
    return table


def write_table(table: pd.DataFrame, path: str, name: str) -> None:
    """Check a table against the schema of that name and write it as CSV."""
    schema = load_schema(name)
    check_table(table, schema, path)
    known = [column for column in schema["columns"] if column in table.columns]
    others = [column for column in table.columns if column not in known]
    table[known + others].to_csv(path, index=False)


def load_schema(name: str) -> dict:
    """Give the schema ``workflow/schemas/{name}.schema.yaml``."""
    return yaml.safe_load((SCHEMAS / f"{name}.schema.yaml").read_text())


def check_table(table: pd.DataFrame, schema: dict, path: str) -> None:
    """Raise a ``ValueError`` that names file, column and the first bad value."""
    columns = schema["columns"]
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise ValueError(f"{path} lacks the columns {missing}.")
    if not schema.get("more_columns", False):
        unknown = [column for column in table.columns if column not in columns]
        if unknown:
            raise ValueError(f"{path} has columns that no schema names: {unknown}.")
    for column, rule in columns.items():
        _check_column(table[column], rule, path)
    repeated = table.duplicated(schema["key"]) if len(table) else pd.Series(dtype=bool)
    if repeated.any():
        row = table.loc[repeated, schema["key"]].iloc[0].to_dict()
        raise ValueError(f"{path} has more than one row for {row}.")


def _check_column(values: pd.Series, rule: dict, path: str) -> None:
    given = values.dropna()
    if len(given) < len(values) and not rule.get("empty", False):
        raise ValueError(f"{path}: column {values.name} has empty cells.")
    bad = pd.Series(False, index=given.index)
    if "enum" in rule:
        bad |= ~given.isin(rule["enum"])
    if "minimum" in rule:
        bad |= given < rule["minimum"]
    if "maximum" in rule:
        bad |= given > rule["maximum"]
    if bad.any():
        raise ValueError(
            f"{path}: column {values.name} holds {given[bad].tolist()[0]!r}, but "
            f"{ {key: rule[key] for key in rule if key not in ('type', 'about')} } "
            "is expected."
        )
