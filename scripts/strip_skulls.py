"""Find the brain in each volume of a chunk: one mask a subject, on its image's grid.

Cohorts whose owners stripped them keep what is not background; where the skull still
shows, the method of config.yaml's section `stripping` finds the brain (B-05).
"""

import contextlib
import io
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from brainextractor import BrainExtractor
from nibabel import Nifti1Image
from scipy import ndimage

from regrade.images import read_volume, resample, volume_like
from regrade.logs import log_to, progress
from regrade.subjects import brain_mask_path, chunk_of, image_path

# What scaled integers leave of an exact 0, as a share of the brightest voxel.
BACKGROUND = 1e-3


def nonzero_brain(array: np.ndarray) -> np.ndarray:
    """Give the largest connected part of a stripped volume, its holes filled."""
    magnitude = np.abs(array)
    parts, count = ndimage.label(magnitude > BACKGROUND * magnitude.max())
    if count == 0:
        return np.zeros(array.shape, bool)
    largest = np.argmax(np.bincount(parts.ravel())[1:]) + 1
    return ndimage.binary_fill_holes(parts == largest)


def extract_brain(
    image: sitk.Image,
    *,
    threshold: float,
    iterations: int,
    spacing: float,
    height: float,
) -> np.ndarray:
    """Grow a surface to the brain's edge (BET: Smith 2002) and give the mask.

    The surface grows on an isotropic grid, because the method measures distances in
    voxels of the first axis; the mask comes back on the image's own grid.
    """
    small = resample(image, spacing, labels=False)
    head = sitk.GetArrayFromImage(small)
    neck = lowest_slice(head, round(height / spacing))
    grid = np.diag([spacing, spacing, spacing, 1.0])
    with contextlib.redirect_stdout(io.StringIO()):  # a line for each iteration
        extractor = BrainExtractor(img=Nifti1Image(head[neck:], grid), bt=threshold)
        extractor.run(iterations=iterations)
        found = np.zeros(head.shape, np.uint8)
        found[neck:] = extractor.compute_mask() > 0
    back = sitk.Resample(
        volume_like(found, small), image, sitk.Transform(), sitk.sitkNearestNeighbor
    )
    return sitk.GetArrayFromImage(back) > 0


def lowest_slice(head: np.ndarray, slices: int) -> int:
    """Give the slice at which the head, counted from its top, is cut off.

    A neck in the field of view pulls the centre and the size of the first surface
    down; FSL's ``robustfov`` removes it in the same way before BET.
    """
    profile = (head > head.mean()).mean(axis=(1, 2))
    top = np.flatnonzero(profile > 0.05 * profile.max()).max() + 1
    return max(top - slices, 0)


def brain_of(image: sitk.Image, *, skull: bool, method: dict) -> np.ndarray:
    """Find the brain the way the volume asks for; an empty one is an error."""
    if not skull:
        return nonzero_brain(sitk.GetArrayFromImage(image))
    settings = {key: value for key, value in method.items() if key != "method"}
    return extract_brain(image, **settings)


def strip_chunk(
    subjects: list, folder: str, masks: str, *, contrasts: list[str], method: dict
) -> None:
    """Write a mask for each subject of the chunk."""
    Path(masks).mkdir(parents=True, exist_ok=True)
    for subject in progress(subjects, "subjects"):
        image = read_volume(image_path(folder, subject, contrasts[0]))
        brain = brain_of(image, skull=subject.skull, method=method)
        if not brain.any():
            raise ValueError(
                f"No brain was found in {subject.subject}; try another "
                "`stripping: threshold` in config.yaml."
            )
        mask = volume_like(brain.astype(np.uint8), image)
        sitk.WriteImage(mask, str(brain_mask_path(masks, subject)), True)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    chunk = {key: snakemake.params[key] for key in ("cohort", "chunk", "chunks")}
    strip_chunk(
        chunk_of(snakemake.input.subjects, **chunk),
        snakemake.params.folder,
        snakemake.output.masks,
        contrasts=snakemake.params.contrasts,
        method=snakemake.params.method,
    )
