"""Each number of a paper's tables beside the reproduced one (schema ``comparison``)."""

import numpy as np
import pandas as pd

from regrade.logs import log_to
from regrade.tables import read_table, write_table

CELL = ["item", "row", "column"]


def as_printed(
    values: pd.DataFrame, table: pd.DataFrame, readings: dict[str, str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compare each column that may hold another score with that one, too.

    Parameters
    ----------
    values : published numbers with ``item``, ``row``, ``column``
    table : reproduced ones (schema ``table``)
    readings : of a printed column, the score that it seems to hold

    Returns
    -------
    the printed numbers once more under a name as `SEN, read as PPV`, and the scores
    they are compared with under the same name
    """
    names = {column: f"{column}, read as {readings[column]}" for column in readings}
    again = values[values["column"].isin(readings)]
    again = again.assign(column=again["column"].map(names))
    scores = {score: names[column] for column, score in readings.items()}
    own = table.assign(column=table["column"].replace(scores))
    compared = own.set_index(CELL).index.isin(again.set_index(CELL).index)
    kept = table.assign(column=own["column"].where(compared, table["column"]))
    return pd.concat([values, again]), kept


def published_numbers(values: pd.DataFrame) -> pd.DataFrame:
    """Take the values that are numbers.

    Parameters
    ----------
    values : study, item, row, column, value, sd, unit; all text
    """
    numbers = values.assign(
        published=pd.to_numeric(values["value"], errors="coerce"),
        published_sd=pd.to_numeric(values["sd"]),
    )
    kept = numbers[numbers["published"].notna()]
    return kept.drop(columns=["value", "sd"])


def compare(
    published: pd.DataFrame,
    tables: dict[str, pd.DataFrame],
    *,
    readings: dict[str, str],
) -> pd.DataFrame:
    """Join the published numbers with those of each variant.

    Parameters
    ----------
    published : study, item, row, column, unit, published, published_sd; of one study
    tables : for each variant, its tables one below the other (schema ``table``)
    readings : as ``as_printed`` takes them

    Raises
    ------
    ValueError
        If the published numbers are not of one study.
    """
    studies = published["study"].unique()
    if len(studies) != 1:
        raise ValueError(
            f"The published numbers are of the studies {list(studies)}; give the rule "
            "the files of one study."
        )
    variants = [
        beside(*as_printed(published, table, readings), name)
        for name, table in tables.items()
    ]
    both = pd.concat(variants, ignore_index=True)
    difference = both["reproduced"] - both["published"]
    both = both.assign(study=studies[0], difference=difference, verdict=verdicts(both))
    return both.drop(columns="subjects")


def beside(published: pd.DataFrame, table: pd.DataFrame, variant: str) -> pd.DataFrame:
    """Put a variant's cells beside the published ones, in the order of the paper.

    Numbers that do not stand in a printed table are shown where they are reproduced.
    """
    known = published.set_index(CELL).index.isin(table.set_index(CELL).index)
    published = published[known | published["item"].str.startswith("Table")]
    table = table.rename(columns={"value": "reproduced", "unit": "own_unit"})
    printed = published.merge(table, how="left", on=CELL)
    others = table.merge(published[CELL], how="left", on=CELL, indicator=True)
    others = others[others.pop("_merge") == "left_only"]
    both = pd.concat([printed, others], ignore_index=True)
    unit = both["unit"].fillna(both.pop("own_unit"))
    return both.assign(variant=variant, unit=unit)


def verdicts(both: pd.DataFrame) -> np.ndarray:
    """Say in words where each reproduced number lies, seen from the published one.

    Parameters
    ----------
    both : published, reproduced, low, high, and subjects (empty where not run)
    """
    published, reproduced = both["published"], both["reproduced"]
    words = {
        "not run": both["subjects"].isna(),
        "other work": reproduced.isna() & both["subjects"].fillna(1).eq(0),
        "not printed": published.isna(),
        "undefined": reproduced.isna(),
        # A count has no spread.
        "equal": both["low"].isna() & reproduced.eq(published),
        "inside the interval": published.between(both["low"], both["high"]),
        "below": reproduced < published,
    }
    return np.select(
        [rows.to_numpy(bool) for rows in words.values()], list(words), "above"
    )


if __name__ == "__main__":
    log_to(snakemake.log[0])
    values = pd.concat(
        pd.read_csv(path, dtype=str) for path in snakemake.input.published
    )
    tables = {}
    for path, origin in zip(
        snakemake.input.tables, snakemake.params.tables_of, strict=True
    ):
        tables.setdefault(origin["variant"], []).append(read_table(path, "table"))
    tables = {variant: pd.concat(parts) for variant, parts in tables.items()}
    published = published_numbers(values)
    comparison = compare(published, tables, readings=snakemake.params.readings)
    write_table(comparison, snakemake.output.comparison, "comparison")
