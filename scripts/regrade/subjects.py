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


def chunk_of(subjects_file: str, found_file: str, *, chunk: int, chunks: int) -> list:
    """Give a study's subjects in a chunk of a cohort, as named tuples.

    Chunks are those of the cohort, so that a chunk of a study needs one chunk of the
    brains; where a study takes few of a cohort, some hold nobody.
    """
    found = cut_chunk(read_table(found_file, "found"), chunk=chunk, chunks=chunks)
    subjects = read_table(subjects_file, "study_subjects")
    here = subjects["subject"].isin(found["subject"])
    here &= subjects["cohort"].isin(found["cohort"])
    return list(subjects[here].itertuples(index=False))


def first_images(found: pd.DataFrame) -> pd.Series:
    """Give the address of each subject's first image, on whose grid its brain lies."""
    return found[["t1", "t1ce", "t2", "flair"]].bfill(axis=1).iloc[:, 0]


def count_reasons(reasons: pd.DataFrame) -> pd.Series:
    """Count subjects by the reason for which they are left out, most frequent first.

    A subject counts for its first reason; what stands in brackets, which differs from
    subject to subject, is cut.

    Parameters
    ----------
    reasons : columns subject, reason
    """
    once = reasons.drop_duplicates("subject")["reason"]
    return once.str.replace(r" \(.*?\)", "", regex=True).value_counts()


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
    """Give the path of a subject's brain mask, as ``brains.strip_chunk`` writes it."""
    return Path(folder) / f"{subject.subject}_brain-mask.nii.gz"


def brain_of(subject, folders: list[str]) -> Path:
    """Give the path of a subject's brain mask, in whichever chunk it lies."""
    paths = [brain_mask_path(folder, subject) for folder in folders]
    found = [path for path in paths if path.is_file()]
    if len(found) != 1:
        raise ValueError(
            f"{len(found)} brain masks {paths[0].name} lie in {folders}; one is "
            "expected. Find the brains of its cohort again."
        )
    return found[0]
