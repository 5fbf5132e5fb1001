"""Draw the subjects that are wrong most often: slice, tumour, heat map, and how often.

The slice is the one with the largest tumour, in the frame in which the network's input
was packed; the whole brain is shown, also where the network sees the tumour alone.
"""

from pathlib import Path
from textwrap import fill

import numpy as np
import pandas as pd
import SimpleITK as sitk
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from regrade.images import (
    centre_of_box,
    crop_or_pad,
    read_tumour,
    read_volume,
    resample,
    scaled_on_grid,
)
from regrade.logs import log_to, progress
from regrade.plots import (
    MILLIMETRES,
    WIDTH,
    heat_bar,
    save,
    show_heat,
    show_outline,
    show_slice,
)
from regrade.subjects import brain_of, image_path
from regrade.tables import read_table


def frame_of(
    subject,
    folder: str,
    brain: Path,
    *,
    contrast: str,
    spacing: float,
    shape: list[int],
    middle: str,
    **scaling,
) -> tuple[np.ndarray, np.ndarray]:
    """Read an image of a subject and its tumour as they lie in the packed input.

    Parameters
    ----------
    brain : path of its mask
    shape : of the packed volume, or of a slice; then all slices are given
    middle : what comes to the middle of it: ``brain`` or ``field``
    scaling : percentiles, over, interpolation, as ``scaled_on_grid`` takes them

    Returns
    -------
    image, of 0 to 1, and tumour, true or false: (slices, rows, columns); without a
    segmentation there is no tumour
    """
    mask = read_volume(brain)
    inside = sitk.GetArrayFromImage(mask) > 0
    image = read_volume(image_path(folder, subject, contrast))
    pixels = scaled_on_grid(image, inside, spacing=spacing, **scaling)
    tumour = np.zeros(pixels.shape, bool)
    if pd.notna(subject.mask):
        tumour = read_tumour(image_path(folder, subject, "mask"), spacing)
    counted = np.ones_like(tumour)
    if middle == "brain":
        counted = sitk.GetArrayFromImage(resample(mask, spacing, labels=True)) > 0
    centre = centre_of_box(counted)[-len(shape) :]
    return crop_or_pad(pixels, shape, centre), crop_or_pad(tumour, shape, centre)


def best_slice(tumour: np.ndarray) -> int:
    """Give the slice with the largest tumour; the middle one where there is none."""
    areas = tumour.sum(axis=(1, 2))
    return int(areas.argmax()) if areas.any() else len(areas) // 2


def cut_failure(
    pixels: np.ndarray, tumour: np.ndarray, maps: np.ndarray, number: int
) -> dict[str, np.ndarray]:
    """Give one slice of a subject, cut to where there is anything to see.

    Parameters
    ----------
    maps : (slices, rows, columns), or (1, rows, columns) of slice ``number`` alone
    """
    if len(maps) == len(pixels):
        number = best_slice(tumour)
    heat = maps[number if len(maps) == len(pixels) else 0]
    picture = {"pixels": pixels[number], "tumour": tumour[number], "heat": heat}
    there = (picture["pixels"] > 0) | picture["tumour"]
    if not there.any():  # the whole slice, which is empty
        there[:] = True
    rows, columns = (np.flatnonzero(there.any(axis=axis)) for axis in (1, 0))
    part = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return {name: array[part] for name, array in picture.items()}


def read_failures(
    shown: pd.DataFrame,
    maps: np.ndarray,
    subjects: pd.DataFrame,
    masks: list[str],
    *,
    folders: dict[str, str],
    contrasts: dict[str, list[str]],
    channel: int,
    **prepared,
) -> list[dict[str, np.ndarray]]:
    """Read the picture of each subject that is shown: pixels, tumour, heat.

    Parameters
    ----------
    shown, subjects : tables ``failure_maps`` and ``study_subjects``
    maps : (subjects, slices, rows, columns)
    masks : folders of the brain masks
    folders, contrasts : of each cohort; ``channel`` says which of the contrasts
    """
    rows = subjects.set_index("subject", drop=False).loc[shown["subject"]]
    pictures = []
    parts = list(zip(rows.itertuples(index=False), maps, shown["slice"], strict=True))
    for subject, own, number in progress(parts, "subjects"):
        contrast = contrasts[subject.cohort][channel]
        place = folders[subject.cohort], brain_of(subject, masks)
        frame = frame_of(subject, *place, contrast=contrast, **prepared)
        pictures.append(cut_failure(*frame, own, number))
    return pictures


def words_on(row) -> str:
    """Say who a subject is, how often it is wrong, and whose map is shown."""
    right = ", right" if row.predicted == row.truth else ""
    return "\n".join(
        [
            fill(row.subject, 38),
            f"{row.cohort}, true class: {row.truth}",
            f"wrong in {row.wrong} of {row.predictions} predictions ({row.share:.0%})",
            f"most often {row.most_often}; models: {row.experiments}",
            "",
            f"Map: predicted {row.predicted} ({row.p:.2f}){right},",
            f"fold {row.fold}, seed {row.seed}",
        ]
    )


def draw(table: pd.DataFrame, pictures: list[dict[str, np.ndarray]]) -> Figure:
    """Draw a row a subject: words, the slice, and the same with its heat map.

    Parameters
    ----------
    table : ``failures`` joined with ``failure_maps``, a row a picture
    """
    if not pictures:
        figure = Figure(figsize=(WIDTH, 40 * MILLIMETRES))
        figure.text(0.5, 0.4, "No scored subject was given a wrong class.", ha="center")
        return figure
    size = (WIDTH, (20 + 52 * len(pictures)) * MILLIMETRES)
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(len(pictures), 3, squeeze=False, width_ratios=[1.3, 1, 1])
    for line, row, picture in zip(grid, table.itertuples(), pictures, strict=True):
        draw_row(line, picture, words_on(row))
    grid[0, 1].set_title("Slice, tumour outlined", fontsize=9)
    grid[0, 2].set_title("Grad-CAM", fontsize=9)
    heat_bar(figure, grid[:, 1:])
    return figure


def draw_row(line: list[Axes], picture: dict[str, np.ndarray], words: str) -> None:
    """Draw the row of a subject."""
    text, plain, explained = line
    for axes in (plain, explained):
        show_slice(axes, picture["pixels"], white=1)
    show_outline(plain, picture["tumour"])
    show_heat(explained, picture["heat"], picture["tumour"])
    if not np.nansum(picture["heat"]):
        explained.set_xlabel("no heat in this slice", fontsize=7)
    text.axis("off")
    text.text(0, 0.5, words, va="center", fontsize=8, parse_math=False)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    settings = dict(snakemake.params)
    scope = settings.pop("scope")
    shown = read_table(snakemake.input.contents, "failure_maps")
    pictures = read_failures(
        shown,
        np.load(snakemake.input.maps).astype(np.float32),
        read_table(snakemake.input.subjects, "study_subjects"),
        snakemake.input.masks,
        **settings,
    )
    failures = read_table(snakemake.input.failures, "failures")
    figure = draw(shown.merge(failures, on="subject"), pictures)
    title = "Subjects that are given a wrong class most often"
    save(figure, title, scope, snakemake.output.figure, snakemake.output.pdf)
