"""Each number of a paper's tables beside the reproduced one (schema ``comparison``)."""

import numpy as np
import pandas as pd

from regrade.logs import log_to
from regrade.tables import read_table, write_table

CELL = ["item", "row", "column"]


def published_tables(values: pd.DataFrame) -> pd.DataFrame:
    """Take the numbers that stand in tables, not those of text and figures.

    Parameters
    ----------
    values : study, item, row, column, value, sd, unit; all text
    """
    numbers = values.assign(
        published=pd.to_numeric(values["value"], errors="coerce"),
        published_sd=pd.to_numeric(values["sd"]),
    )
    in_table = numbers["item"].str.startswith("Table")
    kept = numbers[in_table & numbers["published"].notna()]
    return kept.drop(columns=["value", "sd"])


def compare(published: pd.DataFrame, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Join the published numbers with those of each variant.

    Parameters
    ----------
    published : study, item, row, column, unit, published, published_sd; of one study
    tables : for each variant, its tables one below the other (schema ``table``)

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
    variants = [beside(published, table, name) for name, table in tables.items()]
    both = pd.concat(variants, ignore_index=True)
    difference = both["reproduced"] - both["published"]
    both = both.assign(study=studies[0], difference=difference, verdict=verdicts(both))
    return both.drop(columns="subjects")


def beside(published: pd.DataFrame, table: pd.DataFrame, variant: str) -> pd.DataFrame:
    """Put a variant's cells beside the published ones, in the order of the paper."""
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
    comparison = compare(published_tables(values), tables)
    write_table(comparison, snakemake.output.comparison, "comparison")
