"""One look for all figures, and the pictures that several studies show.

Files are SVG and PDF without a date and with fixed identifiers, so that a rerun gives
the same bytes. Colours are those of Okabe and Ito (2008), which colour-blind readers
tell apart.
"""

from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure, SubFigure
from matplotlib.patches import Rectangle

from regrade.metrics import RUN, confusion, ratio, scored

COLOURS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"]
MILLIMETRES = 1 / 25.4
WIDTH = 180 * MILLIMETRES
DATES = {".svg": "Date", ".pdf": "CreationDate"}  # what each calls it
STYLE = {
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 11,
    "font.size": 10,
    "legend.frameon": False,
    "lines.linewidth": 1.8,
    "pdf.fonttype": 42,  # TrueType: text stays text
    "svg.hashsalt": "regrade",
}

matplotlib.use("Agg")
matplotlib.rcParams.update(STYLE)


def save(figure: Figure, title: str, scope: str, *paths: str | Path) -> None:
    """Write the figure under its title and the scope of its numbers.

    Parameters
    ----------
    paths : each says by its ending how it is written, ``.svg`` or ``.pdf``
    """
    figure.suptitle(f"{title}\n{scope}" if scope else title, fontsize=12)
    for path in map(Path, paths):
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, metadata={DATES[path.suffix]: None})


def confusion_panels(
    predictions: pd.DataFrame, panels: list[dict], classes: list[str]
) -> Figure:
    """Draw a confusion matrix for each panel (label, experiment), three in a row."""
    columns = min(len(panels), 3)
    rows = -(-len(panels) // columns)
    side = min(WIDTH / columns, 110 * MILLIMETRES)
    figure = Figure(figsize=(side * columns, 1.2 * side * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, panel in zip(grid, panels, strict=False):
        tests = scored(predictions, panel["experiment"], classes)
        draw_confusion(axes, *mean_confusion(tests, classes), classes)
        axes.set_title(panel["label"])
    for axes in grid[len(panels) :]:
        axes.axis("off")
    return figure


def heat_map(axes: Axes, values: pd.DataFrame) -> None:
    """Draw scores as shades, from 0.5 to 1, and their values; named as the frame."""
    axes.imshow(values, cmap="Blues", vmin=0.5, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(values):
        text = "–" if np.isnan(value) else f"{value:.4f}"
        shade = "white" if value > 0.8 else "black"
        axes.text(column, row, text, ha="center", va="center", color=shade)
    axes.set_xticks(range(len(values.columns)), values.columns)
    axes.set_yticks(range(len(values)), values.index)
    frameless(axes)


def show_slice(axes: Axes, pixels: np.ndarray, white: float) -> None:
    """Show a slice in grey from 0 to the value shown white, first row on top."""
    axes.imshow(pixels, cmap="gray", vmin=0, vmax=white)
    axes.set_xticks([])
    axes.set_yticks([])
    frameless(axes)


def show_heat(axes: Axes, heat: np.ndarray, tumour: np.ndarray) -> None:
    """Lay a heat map over what the axes show, with the outline of the tumour.

    A dashed frame surrounds what the network sees, where that is not the whole slice.

    Parameters
    ----------
    heat : (rows, columns) of 0 to 1, NaN where the network sees nothing
    tumour : (rows, columns), true or false
    """
    there = ~np.isnan(heat)
    opacity = 0.7 * np.nan_to_num(heat)  # none where there is no heat
    # Its lightness grows evenly with the heat, which that of `jet`, the usual choice,
    # does not: jet shows edges where there are none (Borland and Taylor 2007).
    axes.imshow(heat, cmap="inferno", vmin=0, vmax=1, alpha=opacity)
    show_outline(axes, tumour)
    if not there.all():
        rows, columns = (np.flatnonzero(there.any(axis=axis)) for axis in (1, 0))
        corner, size = (columns[0] - 0.5, rows[0] - 0.5), (len(columns), len(rows))
        frame = Rectangle(corner, *size, fill=False, ls="--", lw=0.6, color="0.7")
        axes.add_patch(frame)


def show_outline(axes: Axes, tumour: np.ndarray) -> None:
    """Draw the outline of a tumour (rows, columns), if there is any."""
    if tumour.any():
        axes.contour(tumour, levels=[0.5], colors="white", linewidths=0.8)


def heat_bar(figure: Figure | SubFigure, axes: list[Axes]) -> None:
    """Draw the scale of heat maps beside axes, in full colours."""
    colours = ScalarMappable(Normalize(0, 1), "inferno")
    bar = figure.colorbar(colours, ax=axes, shrink=0.5, aspect=30, pad=0.01)
    bar.set_label("Heat, share of the map's largest")


def frameless(axes: Axes) -> None:
    """Take away ticks and frame."""
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def mean_confusion(
    predictions: pd.DataFrame, classes: list[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Give counts, and shares of each true class, as means over the runs (B-32).

    Pooled epochs count as runs, so that counts stay those of subjects. A class that a
    run did not score leaves its shares NaN.
    """
    runs = predictions.groupby([*RUN, "epoch"])
    counts = np.array([confusion(run, classes) for _, run in runs])
    shares = ratio(counts, counts.sum(axis=2, keepdims=True))
    return counts.mean(axis=0), shares.mean(axis=0)


def draw_confusion(
    axes: Axes, counts: np.ndarray, shares: np.ndarray, classes: list[str]
) -> None:
    """Draw shares as shades with the counts below; actual down, predicted across."""
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (row, column), share in np.ndenumerate(shares):
        count = f"{counts[row, column]:.1f}".removesuffix(".0")
        text = "–" if np.isnan(share) else f"{share:.1%}\n({count})"
        shade = "white" if share > 0.6 else "black"
        axes.text(column, row, text, ha="center", va="center", color=shade)
    axes.set_xticks(range(len(classes)), classes)
    axes.set_yticks(range(len(classes)), classes, rotation=90, va="center")
    axes.set_xlabel("Predicted")
    axes.set_ylabel("Actual")
    frameless(axes)
