"""Read what the files of a chunk tell without a look at them: grid and brightest voxel.

A probe asks whether these alone tell the class, which they should not.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from regrade.logs import log_to, progress
from regrade.subjects import chunk_of, image_path
from regrade.tables import load_schema, write_table
from regrade.volumes import Volume

MARGIN_MM = 5.0  # around the tumour's box: its edge is blurred, and its mask rough


def without_tumour(array: np.ndarray, mask: Volume | None) -> np.ndarray:
    """Give the values outside the box around the tumour, all if that is everything.

    ASSUME: a brightest voxel inside the tumour, which takes up contrast agent, is what
    a network shall see, and no leak.
    """
    if mask is None:
        return array
    found = np.argwhere(mask.array > 0.5)
    margin = np.ceil(MARGIN_MM / mask.spacing).astype(int)
    low, high = found.min(axis=0) - margin, found.max(axis=0) + margin + 1
    box = tuple(map(slice, np.maximum(low, 0), high))
    outside = np.ones(array.shape, bool)
    outside[box] = False
    return array[outside] if outside.any() else array


def facts_of(volume: Volume, mask: Volume | None) -> dict:
    """Give the columns of the table `headers` on one volume."""
    facts = {}
    for axis, (size, step) in enumerate(
        zip(volume.array.shape, volume.spacing, strict=True), start=1
    ):
        facts |= {f"voxels_{axis}": size, f"step_{axis}": step}
    largest = float(without_tumour(volume.array, mask).max())
    return facts | {"axes": volume.axes, "largest": largest}


def read_headers(subjects: list, folder: str, contrasts: list[str]) -> pd.DataFrame:
    """Read the images of subjects, one after the other (schema ``headers``).

    Parameters
    ----------
    subjects : rows of the table `study_subjects`, as named tuples
    contrasts : the images that the study takes of this cohort
    """
    rows = []
    for subject in progress(subjects, "subjects"):
        mask = None
        if pd.notna(subject.mask):
            mask = Volume(Path(folder) / subject.mask)
        for name in contrasts:
            facts = facts_of(Volume(image_path(folder, subject, name)), mask)
            rows.append({"subject": subject.subject, "image": name} | facts)
    return pd.DataFrame(rows, columns=list(load_schema("headers")["columns"]))


if __name__ == "__main__":
    log_to(snakemake.log[0])
    params = snakemake.params
    subjects = chunk_of(
        snakemake.input.subjects,
        snakemake.input.found,
        chunk=params.chunk,
        chunks=params.chunks,
    )
    table = read_headers(subjects, params.folder, params.contrasts)
    write_table(table, snakemake.output.headers, "headers")
