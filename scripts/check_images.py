"""Read every image of a chunk of subjects and say which cannot be used, and why."""

import hashlib
import zlib
from pathlib import Path

import nibabel as nib
import numpy as np
import pandas as pd
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError

from regrade.logs import log_to, progress
from regrade.subjects import cut_chunk
from regrade.tables import load_schema, read_table, write_table

MODALITIES = ("t1", "t1ce", "t2", "flair", "mask")
LABELS = (0, 1, 2, 4)
# What nibabel raises on an empty, truncated or foreign file.
UNREADABLE = (ImageFileError, HeaderDataError, OSError, EOFError, zlib.error)
LABEL_TOLERANCE = 0.01  # scaled integers read as 0.9999999998
GRID_TOLERANCE = 1e-3  # of the affine, mm


def image_fault(array: np.ndarray) -> str | None:
    """Say what is wrong with the voxels of an image; None if nothing is."""
    if array.ndim != 3:
        return f"has {array.ndim} dimensions instead of 3"
    if not np.isfinite(array).all():
        return f"has {np.count_nonzero(~np.isfinite(array))} voxels that are no numbers"
    if array.min() == array.max():
        return f"is {array.flat[0]:g} everywhere"
    return None


def mask_fault(array: np.ndarray) -> str | None:
    """Say what is wrong with a tumour mask; None if nothing is."""
    if array.ndim == 3 and not array.any():
        return "is empty"
    fault = image_fault(array)
    if fault:
        return fault
    labels = np.unique(array)
    distance = np.abs(labels[:, None] - LABELS).min(axis=1)
    if distance.max() > LABEL_TOLERANCE:
        return f"has the label {labels[distance.argmax()]:g}, but {LABELS} are known"
    return None


def grid_fault(image: nib.Nifti1Image, first: nib.Nifti1Image) -> str | None:
    """Say how the grid of an image differs from that of the first; None if not."""
    if image.shape != first.shape:
        return f"has shape {image.shape}, but the first image has {first.shape}"
    if not np.allclose(image.affine, first.affine, rtol=0, atol=GRID_TOLERANCE):
        return "lies elsewhere in space than the first image (its affine differs)"
    return None


def read(path: Path) -> tuple[nib.Nifti1Image, np.ndarray]:
    """Read an image whole, its scaling applied."""
    image = nib.load(path, mmap=False)
    return image, image.get_fdata(dtype=np.float32, caching="unchanged")


def check_subject(paths: dict[str, Path]) -> tuple[list[str], str | None]:
    """Read a subject's images one after the other.

    Parameters
    ----------
    paths : by modality, the mask last

    Returns
    -------
    what is wrong, a phrase a fault, and the SHA-256 of the first image's voxels
    """
    faults, first, content = [], None, None
    for modality, path in paths.items():
        try:
            image, array = read(path)
        except UNREADABLE as error:
            faults.append(f"{modality} cannot be read ({type(error).__name__})")
            continue
        fault = mask_fault(array) if modality == "mask" else image_fault(array)
        if first is None:
            first, content = image, hashlib.sha256(array.tobytes()).hexdigest()
        fault = fault or grid_fault(image, first)
        if fault:
            faults.append(f"{modality} {fault}")
    return faults, content


def check_images(subjects: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Check each subject of the table `found`; one row of the table `checks` each."""
    rows = []
    for subject in progress(list(subjects.itertuples(index=False)), "subjects"):
        given = {name: getattr(subject, name) for name in MODALITIES}
        paths = {name: folder / path for name, path in given.items() if pd.notna(path)}
        faults, content = check_subject(paths)
        sentence = f"{'; '.join(faults)}." if faults else None
        rows.append((subject.subject, bool(faults), sentence, content))
    return pd.DataFrame(rows, columns=list(load_schema("checks")["columns"]))


if __name__ == "__main__":
    log_to(snakemake.log[0])
    found = read_table(snakemake.input.found, "found")
    checks = check_images(
        cut_chunk(found, chunk=snakemake.params.chunk, chunks=snakemake.params.chunks),
        Path(snakemake.params.folder),
    )
    write_table(checks, snakemake.output.checks, "checks")
