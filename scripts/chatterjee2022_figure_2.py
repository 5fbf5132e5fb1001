"""Figure 2 of chatterjee2022: a high-grade glioma in three contrasts (B-35).

A red circle marks the necrotic core, a blue one the oedema around the tumour. Which
subject and slice the paper shows is not stated.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import SimpleITK as sitk
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from scipy.ndimage import distance_transform_edt

from regrade.images import read_volume
from regrade.logs import log_to
from regrade.plots import MILLIMETRES, WIDTH, save, show_slice
from regrade.tables import read_table

CONTRASTS = {"t1ce": "T1ce", "t2": "T2", "flair": "FLAIR"}
# Labels of BraTS: 1 is the necrotic core (until 2017: and what does not enhance).
CIRCLED = {1: "red", 2: "dodgerblue"}


def read_array(folder: str, path: str) -> np.ndarray:
    """Read a volume (slices, rows, columns)."""
    return sitk.GetArrayFromImage(read_volume(Path(folder) / path))


def example(subjects: pd.DataFrame, folder: str) -> tuple[pd.Series, np.ndarray]:
    """Choose the first high-grade glioma with necrosis and oedema, and read its labels.

    Raises
    ------
    ValueError
        If there is none.
    """
    complete = subjects.dropna(subset=[*CONTRASTS, "mask"])
    for _, subject in complete[complete["grade"] == "HGG"].iterrows():
        labels = read_array(folder, subject["mask"])
        if all((labels == label).any() for label in CIRCLED):
            return subject, labels
    raise ValueError(
        f"No HGG in {folder} has a necrotic core (label 1) and oedema (label 2) in its "
        f"segmentation, and the images {', '.join(CONTRASTS)}; Figure 2 needs one. To "
        "do without it, take `figures: figure_2` out of the study's settings file."
    )


def best_slice(labels: np.ndarray) -> int:
    """Give the slice in which the smaller of the two tissues is largest."""
    areas = [(labels == label).sum(axis=(1, 2)) for label in CIRCLED]
    return int(np.min(areas, axis=0).argmax())


def inner_circle(tissue: np.ndarray) -> tuple[tuple[int, int], float]:
    """Give centre (column, row) and radius of the largest circle within a tissue."""
    depth = distance_transform_edt(tissue)
    row, column = np.unravel_index(depth.argmax(), depth.shape)
    return (int(column), int(row)), float(depth.max())


def margins_cut(pixels: np.ndarray, image: np.ndarray) -> np.ndarray:
    """Cut pixels to the rows and columns in which an image is not black."""
    inside = image > 0
    return pixels[np.ix_(inside.any(axis=1), inside.any(axis=0))]


def figure_2(slices: dict[str, np.ndarray], labels: np.ndarray) -> Figure:
    """Draw the contrasts of one slice side by side, the two tissues circled.

    Parameters
    ----------
    slices : pixels of each contrast, under its name
    labels : BraTS labels of the pixels
    """
    figure = Figure(figsize=(WIDTH, 95 * MILLIMETRES), layout="constrained")
    panels = figure.subplots(1, len(slices))
    for axes, (name, pixels) in zip(panels, slices.items(), strict=True):
        show_slice(axes, pixels, white=np.percentile(pixels, 99.5))
        for label, colour in CIRCLED.items():
            centre, radius = inner_circle(labels == label)
            axes.add_patch(Circle(centre, radius, fill=False, color=colour, lw=1.5))
        axes.set_title(name)
    return figure


if __name__ == "__main__":
    log_to(snakemake.log[0])
    folder = snakemake.params.folder
    subjects = read_table(snakemake.input.subjects, "subjects")
    subject, labels = example(subjects, folder)
    number = best_slice(labels)
    slices = {
        name: read_array(folder, subject[contrast])[number]
        for contrast, name in CONTRASTS.items()
    }
    field = sum(slices.values())
    figure = figure_2(
        {name: margins_cut(pixels, field) for name, pixels in slices.items()},
        margins_cut(labels[number], field),
    )
    title = f"{subject['subject']}: necrotic core (red) and oedema (blue)"
    files = snakemake.output
    save(figure, title, snakemake.params.scope, files.figure, files.pdf)
