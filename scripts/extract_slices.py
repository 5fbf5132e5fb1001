"""Cut the tumour slices of a chunk: tumour only, contrasts as channels (A-05, A-07)."""

import numpy as np
import SimpleITK as sitk

from regrade.images import (
    crop_or_pad,
    read_volume,
    resample,
    scaled_on_grid,
    to_bytes,
)
from regrade.logs import log_to, progress
from regrade.packing import write_array, write_items
from regrade.subjects import brain_mask_path, chunk_of, image_path


def tumour_of(path: str, *, spacing: float) -> np.ndarray:
    """Read a segmentation as whole tumour (A-06): (slices, rows, columns)."""
    return (
        sitk.GetArrayFromImage(resample(read_volume(path), spacing, labels=True)) > 0.5
    )


def areas_of(tumour: np.ndarray, *, spacing: float) -> np.ndarray:
    """Give the tumour in each slice, square mm."""
    return tumour.sum(axis=(1, 2)) * spacing**2


def choose_slices(
    tumour: np.ndarray, *, least_area: float, spacing: float
) -> np.ndarray:
    """Give the numbers of the slices with at least ``least_area`` square mm of tumour.

    A patient never vanishes: without any such slice the largest is kept (A-07).
    """
    areas = areas_of(tumour, spacing=spacing)
    chosen = np.flatnonzero((areas >= least_area) & (areas > 0))
    return chosen if len(chosen) else np.array([np.argmax(areas)])


def cut_slices(
    images: list[sitk.Image],
    brain: sitk.Image,
    tumour: np.ndarray,
    chosen: np.ndarray,
    *,
    spacing: float,
    shape: list[int],
    **scaling,
) -> np.ndarray:
    """Give the chosen slices as bytes (slices, channels, rows, columns).

    Intensities are scaled over the whole brain; everything but the tumour is 0.

    Parameters
    ----------
    scaling : percentiles, over, interpolation, as ``scaled_on_grid`` takes them
    """
    inside = sitk.GetArrayFromImage(brain) > 0
    middle = (np.array(tumour.shape[1:]) - 1) / 2
    channels = []
    for image in images:
        scaled = scaled_on_grid(image, inside, spacing=spacing, **scaling)
        shown = (scaled * tumour)[chosen]
        channels.append(to_bytes(crop_or_pad(shown, shape, middle)))
    return np.stack(channels, axis=1)


def cut_subject(
    subject, folder: str, masks: str, *, contrasts: list, least_area: float, **settings
) -> np.ndarray:
    """Read one subject and cut its slices."""
    images = [read_volume(image_path(folder, subject, name)) for name in contrasts]
    brain = read_volume(brain_mask_path(masks, subject))
    spacing = settings["spacing"]
    tumour = tumour_of(image_path(folder, subject, "mask"), spacing=spacing)
    chosen = choose_slices(tumour, least_area=least_area, spacing=spacing)
    return cut_slices(images, brain, tumour, chosen, **settings)


def list_items(
    subjects: list, folder: str, *, least_area: float, spacing: float
) -> list[tuple]:
    """Find the slices of all subjects from their masks alone: subject, slice, area."""
    items = []
    for subject in progress(subjects, "subjects' masks"):
        tumour = tumour_of(image_path(folder, subject, "mask"), spacing=spacing)
        chosen = choose_slices(tumour, least_area=least_area, spacing=spacing)
        areas = areas_of(tumour, spacing=spacing)
        items += [(subject.subject, int(n), float(areas[n])) for n in chosen]
    return items


if __name__ == "__main__":
    log_to(snakemake.log[0])
    params = snakemake.params
    subjects = chunk_of(
        snakemake.input.subjects,
        snakemake.input.found,
        chunk=params.chunk,
        chunks=params.chunks,
    )
    # The masks are read twice, so that the array's length is known before it is
    # written and never more than one subject is in memory.
    items = list_items(
        subjects, params.folder, least_area=params.least_area, spacing=params.spacing
    )
    keys = ("contrasts", "least_area", "percentiles", "over", "spacing")
    keys += ("interpolation", "shape")
    settings = {key: params[key] for key in keys}
    write_array(
        snakemake.output.array,
        (len(items), len(params.contrasts), *params.shape),
        (
            cut_subject(s, params.folder, snakemake.input.masks, **settings)
            for s in progress(subjects, "subjects")
        ),
    )
    write_items(snakemake.output.contents, items)
