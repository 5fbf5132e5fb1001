"""Cut the tumour slices of a chunk: tumour only, contrasts as channels (A-05, A-07)."""

import numpy as np

from regrade.images import read_tumour, read_volume
from regrade.logs import log_to, progress
from regrade.packing import write_array, write_items
from regrade.slices import cut_slices
from regrade.subjects import brain_mask_path, chunk_of, image_path


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


def cut_subject(
    subject, folder: str, masks: str, *, contrasts: list, least_area: float, **settings
) -> np.ndarray:
    """Read one subject and cut its slices."""
    images = [read_volume(image_path(folder, subject, name)) for name in contrasts]
    brain = read_volume(brain_mask_path(masks, subject))
    spacing = settings["spacing"]
    tumour = read_tumour(image_path(folder, subject, "mask"), spacing)
    chosen = choose_slices(tumour, least_area=least_area, spacing=spacing)
    return cut_slices(images, brain, tumour, chosen, **settings)


def list_items(
    subjects: list, folder: str, *, least_area: float, spacing: float
) -> tuple[list[tuple], list[tuple]]:
    """Find the slices of all subjects from their masks alone: subject, slice, area.

    Returns
    -------
    the chosen slices, and all that show any tumour
    """
    items, every = [], []
    for subject in progress(subjects, "subjects' masks"):
        tumour = read_tumour(image_path(folder, subject, "mask"), spacing)
        chosen = choose_slices(tumour, least_area=least_area, spacing=spacing)
        areas = areas_of(tumour, spacing=spacing)
        rows = [(subject.subject, n, float(area)) for n, area in enumerate(areas)]
        items += [rows[n] for n in chosen]
        every += [row for row in rows if row[2] > 0]
    return items, every


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
    items, every = list_items(
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
    write_items(snakemake.output.areas, every)
