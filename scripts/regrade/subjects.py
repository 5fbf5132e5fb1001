"""Walk through a chunk of a study's subjects and find their files."""

from pathlib import Path

import pandas as pd

from regrade.tables import read_table


def chunk_of(subjects_file: str, *, cohort: str, chunk: int, chunks: int) -> list:
    """Give every ``chunks``-th subject of a cohort in a study, as named tuples."""
    subjects = read_table(subjects_file, "study_subjects")
    subjects = subjects[subjects["cohort"] == cohort].iloc[chunk::chunks]
    return list(subjects.itertuples(index=False))


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
