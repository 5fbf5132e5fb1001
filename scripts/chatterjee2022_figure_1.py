"""Figure 1 of chatterjee2022: what a network sees of one subject of each class (B-35).

The paper shows one LGG and one HGG; here healthy brains have their row, too.
"""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from regrade.logs import log_to
from regrade.packing import read_array
from regrade.plots import MILLIMETRES, WIDTH, save, show_slice
from regrade.tables import read_table

PLANES = ["axial", "coronal", "sagittal"]


def examples(splits: pd.DataFrame, classes: list[str]) -> dict[str, str]:
    """Choose the first test subject of each class, of the first fold that has one."""
    tests = splits[splits["role"] == "test"].sort_values(["fold", "subject"])
    first = tests.drop_duplicates("class").set_index("class")["subject"]
    return {name: first[name] for name in classes if name in first}


def middle_slices(volume: np.ndarray) -> list[np.ndarray]:
    """Cut a volume (slices, rows, columns) in the middle: axial, coronal, sagittal.

    The first row is the front or the top, so that all stand upright.
    """
    slices, rows, columns = (size // 2 for size in volume.shape)
    return [volume[slices], volume[::-1, rows], volume[::-1, :, columns]]


def figure_1(volumes: dict[str, np.ndarray]) -> Figure:
    """Draw three slices of each volume, a row a class.

    Parameters
    ----------
    volumes : bytes (slices, rows, columns) under the label of their row
    """
    panels = {label: middle_slices(volume) for label, volume in volumes.items()}
    first = next(iter(panels.values()))
    shares = [pixels.shape[1] / pixels.shape[0] for pixels in first]
    height = 25 * MILLIMETRES + (WIDTH - 10 * MILLIMETRES) / sum(shares) * len(panels)
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    grid = figure.subplots(len(panels), len(PLANES), squeeze=False, width_ratios=shares)
    for line, (label, slices) in zip(grid, panels.items(), strict=True):
        for axes, pixels in zip(line, slices, strict=True):
            show_slice(axes, pixels, white=255)
        line[0].set_ylabel(label)
    for axes, plane in zip(grid[0], PLANES, strict=True):
        axes.set_title(plane)
    return figure


if __name__ == "__main__":
    log_to(snakemake.log[0])
    items = read_table(snakemake.input.contents, "items")
    packed = read_array(snakemake.input.array)
    rows = dict(zip(items["subject"], items.index, strict=True))
    splits = read_table(snakemake.input.splits, "splits")
    chosen = examples(splits, snakemake.params.classes)
    volumes = {
        f"{name}\n{subject}": packed[rows[subject], 0]
        for name, subject in chosen.items()
    }
    title = "What a network sees of a subject of each class"
    files = snakemake.output
    save(figure_1(volumes), title, snakemake.params.scope, files.figure, files.pdf)
