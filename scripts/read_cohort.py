"""Look through a cohort's folder: who is in it, and what is missing. Opens no image."""

from pathlib import Path

import pandas as pd

from regrade.cohorts import READERS
from regrade.logs import log_to
from regrade.tables import load_schema, write_table


def read_cohort(
    folder: Path, *, cohort: str, images: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the tables `found` and `problems` of a cohort.

    Raises
    ------
    ValueError
        If nobody knows how to read the cohort, or no subject is found.
    """
    if cohort not in READERS:
        raise ValueError(
            f"config.yaml names the cohort {cohort!r} under `cohorts`, but known are "
            f"{sorted(READERS)}."
        )
    reader = READERS[cohort]
    key = f"`cohorts.{cohort}.folder` in config.yaml"
    if not folder.is_dir():
        raise ValueError(f"There is no folder {folder}; correct {key}.")
    subjects, problems = reader.read(folder, images)
    if subjects.empty:
        first = "".join(
            f" ({row.subject}: {row.problem})" for row in problems[:1].itertuples()
        )
        raise ValueError(
            f"No usable subject was found in {folder}{first}; looked for "
            f"{reader.LAYOUT}. Correct {key}."
        )
    return sheet(subjects, cohort), problems


def sheet(subjects: pd.DataFrame, cohort: str) -> pd.DataFrame:
    """Give all columns of the schema `found`; what the cohort does not say is empty."""
    named = subjects.rename_axis("subject").reset_index().assign(cohort=cohort)
    return named.reindex(columns=list(load_schema("found")["columns"]))


if __name__ == "__main__":
    log_to(snakemake.log[0])
    found, problems = read_cohort(
        Path(snakemake.params.folder),
        cohort=snakemake.params.cohort,
        images=snakemake.params.images,
    )
    write_table(found, snakemake.output.found, "found")
    write_table(problems, snakemake.output.problems, "problems")
