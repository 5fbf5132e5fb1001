"""Prepare the volumes of a chunk: intensities, voxels, one shape (B-05 to B-08)."""

import numpy as np
import pandas as pd
import SimpleITK as sitk

from regrade.images import (
    axes_of,
    centre_of_box,
    crop_or_pad,
    read_volume,
    resample,
    scaled_on_grid,
    to_bytes,
)
from regrade.logs import log_to, progress
from regrade.packing import write_array
from regrade.subjects import brain_mask_path, chunk_of, image_path
from regrade.tables import write_table

KEYS = ("contrasts", "percentiles", "over", "spacing", "interpolation", "shape")


def prepare(
    images: list[sitk.Image],
    brain: sitk.Image,
    *,
    spacing: float,
    shape: list[int],
    **scaling,
) -> np.ndarray:
    """Give the volumes of one subject as bytes (channels, slices, rows, columns).

    The brain, not the field of view, comes to the middle: a head in its scanner and a
    registered brain must not differ by where they lie.

    Parameters
    ----------
    scaling : percentiles, over, interpolation, as ``scaled_on_grid`` takes them
    """
    inside = sitk.GetArrayFromImage(brain) > 0
    channels = [
        scaled_on_grid(image, inside, spacing=spacing, **scaling) for image in images
    ]
    small = sitk.GetArrayFromImage(resample(brain, spacing, labels=True)) > 0
    return to_bytes(crop_or_pad(np.stack(channels), shape, centre_of_box(small)))


def prepare_subject(
    subject, folder: str, masks: str, *, contrasts: list[str], **settings
) -> tuple[np.ndarray, str]:
    """Read and prepare one subject.

    Returns
    -------
    one item (1, channels, slices, rows, columns), and to where its axes run
    """
    images = [read_volume(image_path(folder, subject, name)) for name in contrasts]
    brain = read_volume(brain_mask_path(masks, subject))
    return prepare(images, brain, **settings)[None], axes_of(images[0])


def prepare_subjects(subjects: list, axes: list[str], *paths: str, **settings):
    """Yield item after item, so that one subject at a time is in memory.

    Parameters
    ----------
    axes : filled with to where the axes of each item run
    """
    for subject in progress(subjects, "subjects"):
        item, runs = prepare_subject(subject, *paths, **settings)
        axes.append(runs)
        yield item


if __name__ == "__main__":
    log_to(snakemake.log[0])
    params = snakemake.params
    subjects = chunk_of(
        snakemake.input.subjects,
        snakemake.input.found,
        chunk=params.chunk,
        chunks=params.chunks,
    )
    axes = []
    write_array(
        snakemake.output.array,
        (len(subjects), len(params.contrasts), *params.shape),
        prepare_subjects(
            subjects,
            axes,
            params.folder,
            snakemake.input.masks,
            **{key: params[key] for key in KEYS},
        ),
    )
    names = [subject.subject for subject in subjects]
    items = pd.DataFrame({"subject": names, "slice": 0, "area": np.nan, "axes": axes})
    write_table(items, snakemake.output.contents, "items")
