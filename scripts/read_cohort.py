"""Look through a cohort's folder: who is in it, and what is missing. Opens no image."""

from pathlib import Path

import pandas as pd

from regrade.cohorts import LOCAL_NAMES, READERS
from regrade.logs import log_to
from regrade.tables import load_schema, write_table


def read_cohort(
    folder: Path, *, cohort: str, reader: str, images: bool, skull: bool | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the tables `found` and `problems` of a cohort.

    Parameters
    ----------
    reader : name of the layout, a key of ``READERS``
    images : false where only the clinical table is there
    skull : whether the images show the skull; None as the reader says

    Raises
    ------
    ValueError
        If nobody knows how to read the cohort, or no subject is found.
    """
    if reader not in READERS:
        raise ValueError(
            f"No reader is named {reader!r}; known are {sorted(READERS)}. Set "
            f"`cohorts.{cohort}.reader` in config.yaml."
        )
    key = f"`cohorts.{cohort}.folder` in config.yaml"
    if not folder.is_dir():
        raise ValueError(f"There is no folder {folder}; correct {key}.")
    try:
        subjects, problems = READERS[reader].read(folder, images)
    except ValueError as error:
        raise ValueError(f"{error} The folder is {key}.") from error
    if subjects.empty:
        first = "".join(
            f" ({row.subject}: {row.problem})" for row in problems[:1].itertuples()
        )
        raise ValueError(
            f"No usable subject was found in {folder}{first}; looked for "
            f"{READERS[reader].LAYOUT}. Correct {key}."
        )
    found = sheet(subjects, cohort=cohort, images=images, skull=skull)
    if reader in LOCAL_NAMES:
        return named_by_cohort(found, cohort), named_by_cohort(problems, cohort)
    return found, problems


def named_by_cohort(table: pd.DataFrame, cohort: str) -> pd.DataFrame:
    """Put the cohort's name before those of subjects and patients."""
    names = [column for column in ("subject", "patient") if column in table]
    return table.assign(**{column: f"{cohort}_" + table[column] for column in names})


def sheet(
    subjects: pd.DataFrame, *, cohort: str, images: bool, skull: bool | None
) -> pd.DataFrame:
    """Give all columns of the schema `found`; what the cohort does not say is empty."""
    named = subjects.rename_axis("subject").reset_index().assign(cohort=cohort)
    table = named.reindex(columns=list(load_schema("found")["columns"]))
    if skull is not None:
        table["skull"] = skull
    if images and table["skull"].isna().any():
        raise ValueError(
            f"Whether the images of {cohort} show the skull is not known; set "
            f"`cohorts.{cohort}.skull` in config.yaml to true or false."
        )
    return table.assign(skull=table["skull"].astype("boolean").fillna(False))


def first_of_each_grade(found: pd.DataFrame, subjects: int | None) -> pd.DataFrame:
    """Keep so many subjects of each grade, the first ones; None keeps all."""
    if subjects is None:
        return found
    return found.groupby("grade", sort=False, dropna=False).head(subjects)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    found, problems = read_cohort(
        Path(snakemake.params.folder),
        cohort=snakemake.params.cohort,
        reader=snakemake.params.reader,
        images=snakemake.params.images,
        skull=snakemake.params.skull,
    )
    found = first_of_each_grade(found, snakemake.params.subjects)
    write_table(found, snakemake.output.found, "found")
    write_table(problems, snakemake.output.problems, "problems")
