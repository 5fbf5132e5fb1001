"""Prepare the volumes of a chunk: intensities, voxels, one shape (B-05 to B-08)."""

import numpy as np
import pandas as pd
import SimpleITK as sitk

from regrade.images import (
    axes_of,
    centre_of_box,
    crop_or_pad,
    read_tumour,
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
KEYS += ("shown", "middle")


def prepare(
    images: list[sitk.Image],
    brain: sitk.Image,
    tumour: np.ndarray | None,
    *,
    spacing: float,
    shape: list[int],
    middle: str,
    **scaling,
) -> np.ndarray:
    """Give the volumes of one subject as bytes (channels, slices, rows, columns).

    Parameters
    ----------
    tumour : on the grid of ``spacing``; everything else becomes 0. None: all is shown
    middle : what comes to the middle: ``brain``, so that a head in its scanner and a
        registered brain do not differ by where they lie, or ``field``, that of view
    scaling : percentiles, over, interpolation, as ``scaled_on_grid`` takes them
    """
    inside = sitk.GetArrayFromImage(brain) > 0
    channels = [
        scaled_on_grid(image, inside, spacing=spacing, **scaling) for image in images
    ]
    volumes = np.stack(channels)
    if tumour is not None:
        volumes *= tumour
    counted = sitk.GetArrayFromImage(resample(brain, spacing, labels=True)) > 0
    if middle == "field":
        counted = np.ones_like(counted)
    return to_bytes(crop_or_pad(volumes, shape, centre_of_box(counted)))


def prepare_subject(
    subject, folder: str, masks: str, *, contrasts: list[str], shown: str, **settings
) -> tuple[np.ndarray, str]:
    """Read and prepare one subject.

    Returns
    -------
    one item (1, channels, slices, rows, columns), and to where its axes run
    """
    images = [read_volume(image_path(folder, subject, name)) for name in contrasts]
    brain = read_volume(brain_mask_path(masks, subject))
    tumour = None
    if shown == "tumour":
        mask = image_path(folder, subject, "mask")
        tumour = read_tumour(mask, settings["spacing"])
    return prepare(images, brain, tumour, **settings)[None], axes_of(images[0])


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
