"""Prepare the volumes of a chunk: intensities, voxels, one shape (B-05 to B-08)."""

import numpy as np
import SimpleITK as sitk

from regrade.images import (
    centre_of_box,
    crop_or_pad,
    read_volume,
    resample,
    scaled_on_grid,
    to_bytes,
)
from regrade.logs import log_to, progress
from regrade.packing import write_array, write_items
from regrade.subjects import brain_mask_path, chunk_of, image_path


def prepare(
    images: list[sitk.Image],
    brain: sitk.Image,
    *,
    percentiles: list[float],
    spacing: float,
    shape: list[int],
) -> np.ndarray:
    """Give the volumes of one subject as bytes (channels, slices, rows, columns).

    The brain, not the field of view, comes to the middle: a head in its scanner and a
    registered brain must not differ by where they lie.
    """
    inside = sitk.GetArrayFromImage(brain) > 0
    channels = [
        scaled_on_grid(image, inside, percentiles=percentiles, spacing=spacing)
        for image in images
    ]
    small = sitk.GetArrayFromImage(resample(brain, spacing, labels=True)) > 0
    return to_bytes(crop_or_pad(np.stack(channels), shape, centre_of_box(small)))


def prepare_subject(
    subject, folder: str, masks: str, *, contrasts: list[str], **settings
) -> np.ndarray:
    """Read and prepare one subject; one item (1, channels, slices, rows, columns)."""
    images = [read_volume(image_path(folder, subject, name)) for name in contrasts]
    brain = read_volume(brain_mask_path(masks, subject))
    return prepare(images, brain, **settings)[None]


if __name__ == "__main__":
    log_to(snakemake.log[0])
    params = snakemake.params
    subjects = chunk_of(
        snakemake.input.subjects,
        snakemake.input.found,
        chunk=params.chunk,
        chunks=params.chunks,
    )
    settings = {
        key: params[key] for key in ("contrasts", "percentiles", "spacing", "shape")
    }
    write_array(
        snakemake.output.array,
        (len(subjects), len(params.contrasts), *params.shape),
        (
            prepare_subject(s, params.folder, snakemake.input.masks, **settings)
            for s in progress(subjects, "subjects")
        ),
    )
    write_items(snakemake.output.contents, [(s.subject, 0, None) for s in subjects])
