"""Walk through a chunk of a study's subjects and find their files."""

from pathlib import Path

import pandas as pd

from regrade.tables import read_table


def cut_chunk(table: pd.DataFrame, *, chunk: int, chunks: int) -> pd.DataFrame:
    """Give one of ``chunks`` blocks of rows.

    Blocks, so that the chunks joined again are the table, however many there were.
    """
    rows = len(table)
    return table.iloc[rows * chunk // chunks : rows * (chunk + 1) // chunks]


def chunk_of(subjects_file: str, *, cohort: str, chunk: int, chunks: int) -> list:
    """Give a chunk of a cohort's subjects in a study, as named tuples."""
    subjects = read_table(subjects_file, "study_subjects")
    subjects = subjects[subjects["cohort"] == cohort]
    return list(cut_chunk(subjects, chunk=chunk, chunks=chunks).itertuples(index=False))


def image_path(folder: str, subject, contrast: str) -> Path:
    """Give the path of a subject's image, or say which one its sheet lacks."""
    path = getattr(subject, contrast)
    if pd.isna(path):
        raise ValueError(
            f"{subject.subject} has no image {contrast}, but the study's `contrasts` "
            f"for the cohort {subject.cohort} ask for it."
        )
    return Path(folder) / path


def brain_mask_path(folder: str, subject) -> Path:
    """Give the path of the brain mask that ``strip_skulls`` writes for a subject."""
    return Path(folder) / f"{subject.subject}_brain-mask.nii.gz"
