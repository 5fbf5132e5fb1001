"""Read every image of a chunk of a cohort once and say what is wrong, in words."""

import zlib
from pathlib import Path

import numpy as np
import pandas as pd
from nibabel.filebasedimages import ImageFileError
from nibabel.spatialimages import HeaderDataError

from regrade.addresses import split_address
from regrade.logs import log_to, progress
from regrade.subjects import cut_chunk
from regrade.tables import load_schema, read_table, write_table
from regrade.volumes import Volume

MODALITIES = ("t1", "t1ce", "t2", "flair", "mask")
# What nibabel raises on a truncated or foreign file.
UNREADABLE = (ImageFileError, HeaderDataError, OSError, EOFError, zlib.error)
LABEL_TOLERANCE = 0.01  # scaled integers read as 0.9999999998
GRID_TOLERANCE = 1e-3  # of the affine, mm
SPACINGS_MM = (0.2, 10.0)  # of anything a scanner makes of a head
OUTSIDE = 0.1  # share of a tumour that may lie where a stripped image is empty


def largest_area(mask: Volume) -> float:
    """Give the largest tumour of one axial slice, square mm (A-04)."""
    tops = np.abs(mask.affine[2, :3]) / mask.spacing
    others = [axis for axis in range(3) if axis != tops.argmax()]
    voxels = (mask.array > LABEL_TOLERANCE).sum(axis=tuple(others)).max()
    return float(voxels * mask.spacing[others].prod())


def geometry_fault(volume: Volume) -> str | None:
    """Say what is wrong with a volume's axes and grid; None if nothing is."""
    if volume.array.ndim != 3:
        return f"has {volume.array.ndim} dimensions instead of 3"
    if not np.isfinite(volume.affine).all() or not np.linalg.det(volume.affine):
        return "has an affine that is no map of space"
    low, high = SPACINGS_MM
    if not ((volume.spacing >= low) & (volume.spacing <= high)).all():
        steps = " x ".join(f"{step:g}" for step in volume.spacing)
        return f"has voxels of {steps} mm, but {low:g} to {high:g} mm are expected"
    return None


def image_fault(array: np.ndarray) -> str | None:
    """Say what is wrong with the voxels of an image; None if nothing is."""
    if not np.isfinite(array).all():
        return f"has {np.count_nonzero(~np.isfinite(array))} voxels that are no numbers"
    if array.min() == array.max():
        return f"is {array.flat[0]:g} everywhere"
    return None


def mask_fault(array: np.ndarray, labels: str) -> str | None:
    """Say what is wrong with a tumour mask; None if nothing is.

    A tumour of one voxel or one line has no shape that PyRadiomics would measure.
    """
    if not array.any():
        return "is empty"
    fault = image_fault(array)
    if fault:
        return fault
    known = [0, *map(int, labels.split())]
    given = np.unique(array)
    distance = np.abs(given[:, None] - known).min(axis=1)
    if distance.max() > LABEL_TOLERANCE:
        return f"has the label {given[distance.argmax()]:g}, but {known} are known"
    found = np.argwhere(array > LABEL_TOLERANCE)
    if np.count_nonzero(np.ptp(found, axis=0)) < 2:
        return f"is a single line or point of {len(found)} voxels"
    return None


def grid_fault(volume: Volume, first: Volume) -> str | None:
    """Say how the grid of an image differs from that of the first; None if not."""
    shape, expected = volume.array.shape, first.array.shape
    if shape != expected:
        return f"has shape {shape}, but the first image has {expected}"
    if not np.allclose(volume.affine, first.affine, rtol=0, atol=GRID_TOLERANCE):
        return "lies elsewhere in space than the first image (its affine differs)"
    return None


def doubt_about(first: Volume, mask: Volume | None, *, skull: bool) -> str | None:
    """Say what is worth a look in a subject that can be used; None if nothing is."""
    if not first.placed:
        return "The header of the first image does not say where it lies in space."
    if mask is not None and not skull:
        tumour = mask.array > LABEL_TOLERANCE
        outside = 1 - np.count_nonzero(first.array[tumour]) / np.count_nonzero(tumour)
        if outside > OUTSIDE:
            return f"{outside:.0%} of the tumour mask lies outside the brain."
    return None


def read(address: Path) -> tuple[Volume | None, str | None]:
    """Read a volume whole, or say why it cannot be."""
    path, _ = split_address(address)
    if path.is_file() and not path.stat().st_size:
        return None, "is an empty file (0 bytes)"
    try:
        return Volume(address), None
    except UNREADABLE as error:
        return None, f"cannot be read ({type(error).__name__})"
    except IndexError:
        return None, f"is not there: {path.name} has fewer volumes"


def fault_of(modality: str, volume: Volume, first: Volume, labels: str) -> str | None:
    """Say what is wrong with one volume of a subject; None if nothing is."""
    fault = geometry_fault(volume)
    if fault is None and modality == "mask":
        fault = mask_fault(volume.array, labels)
    elif fault is None:
        fault = image_fault(volume.array)
    return fault or grid_fault(volume, first)


def copies_among(volumes: dict[str, Volume]) -> dict[str, str]:
    """Name the contrasts that are another one under a second name."""
    first_of, faults = {}, {}
    for modality, volume in volumes.items():
        same = first_of.setdefault(volume.content, modality)
        if same != modality:
            faults[modality] = f"equals {same}, voxel for voxel"
    return faults


def check_subject(
    addresses: dict[str, Path], *, labels: str, skull: bool
) -> tuple[bool, str | None, str | None, str | None, float | None]:
    """Read the images of one subject and judge them.

    Parameters
    ----------
    addresses : of each modality, the mask last
    labels : values that the mask may have beside 0, blank-separated
    skull : whether skull and scalp still show

    Returns
    -------
    the columns left_out, problem, content, grid and tumour_area of the table `checks`
    """
    tried = {name: read(address) for name, address in addresses.items()}
    volumes = {name: volume for name, (volume, _) in tried.items() if volume}
    faults = copies_among(volumes)
    first = next(iter(volumes.values()), None)
    for name, (volume, unread) in tried.items():
        fault = unread or fault_of(name, volume, first, labels)
        if fault:
            faults[name] = fault
    if faults:
        words = [f"{name} {faults[name]}" for name in tried if name in faults]
        return True, f"{'; '.join(words)}.", None, None, None
    if first is None:
        return False, None, None, None, None
    mask = volumes.get("mask")
    doubt = doubt_about(first, mask, skull=skull)
    area = None if mask is None else largest_area(mask)
    return False, doubt, first.content, first.grid, area


def check_cohort(subjects: pd.DataFrame, folder: Path) -> pd.DataFrame:
    """Check each subject of the table `found`; one row of the table `checks` each."""
    rows = []
    for subject in progress(list(subjects.itertuples(index=False)), "subjects"):
        given = {name: getattr(subject, name) for name in MODALITIES}
        addresses = {
            name: folder / given[name] for name in given if pd.notna(given[name])
        }
        labels = "" if pd.isna(subject.labels) else subject.labels
        judged = check_subject(addresses, labels=labels, skull=subject.skull)
        rows.append((subject.subject, *judged))
    return pd.DataFrame(rows, columns=list(load_schema("checks")["columns"]))


if __name__ == "__main__":
    log_to(snakemake.log[0])
    found = read_table(snakemake.input.found, "found")
    checks = check_cohort(
        cut_chunk(found, chunk=snakemake.params.chunk, chunks=snakemake.params.chunks),
        Path(snakemake.params.folder),
    )
    write_table(checks, snakemake.output.checks, "checks")
