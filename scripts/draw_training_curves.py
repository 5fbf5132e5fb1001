"""Draw loss and validation score over the epochs, a panel a network."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from regrade.logs import log_to
from regrade.plots import COLOURS, MILLIMETRES, WIDTH, save

COLUMNS = 3
# What is drawn, and in which colour; a history has the score where it chose an epoch.
LINES = {
    "loss": ("Training loss", COLOURS[0]),
    "validation_f1": ("Macro F1 of the validation subjects", COLOURS[1]),
}


def over_runs(histories: list[pd.DataFrame]) -> pd.DataFrame:
    """Give mean, least and largest value of each epoch over the runs.

    Parameters
    ----------
    histories : columns epoch, loss and, if there is one, validation_f1; one a run

    Returns
    -------
    columns (loss or validation_f1, mean or min or max), a row an epoch
    """
    every = pd.concat(histories)
    names = [name for name in LINES if name in every]
    return every.groupby("epoch")[names].agg(["mean", "min", "max"])


def draw_curve(axes: Axes, curve: pd.DataFrame, colour: str) -> None:
    """Draw the mean over the runs and their span; few epochs have dots, too."""
    epochs = curve.index
    axes.fill_between(epochs, curve["min"], curve["max"], color=colour, alpha=0.2, lw=0)
    axes.plot(epochs, curve["mean"], color=colour, marker="." if len(curve) < 4 else "")


def draw_panel(axes: Axes, curves: pd.DataFrame) -> None:
    """Draw the loss on the left and the score, of 0 to 1, on an axis on the right."""
    for name in curves.columns.unique(0):
        own = axes if name == "loss" else axes.twinx()
        colour = LINES[name][1]
        draw_curve(own, curves[name], colour)
        own.tick_params(axis="y", colors=colour, labelsize=8)
        if name != "loss":
            own.set_ylim(-0.03, 1.03)
            own.spines["right"].set_visible(True)
    axes.set_ylim(0, 1.08 * curves["loss", "max"].max())
    axes.tick_params(axis="x", labelsize=8)
    axes.xaxis.get_major_locator().set_params(integer=True, nbins=5)


def draw(histories: dict[str, list[pd.DataFrame]]) -> Figure:
    """Draw a panel a network, under its label."""
    columns = min(len(histories), COLUMNS)
    lines = -(-len(histories) // columns)
    size = (WIDTH, (32 + 42 * lines) * MILLIMETRES)
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(lines, columns, squeeze=False).ravel()
    shown = set()
    for axes, (label, runs) in zip(grid, histories.items(), strict=False):
        curves = over_runs(runs)
        shown |= set(curves.columns.unique(0))
        draw_panel(axes, curves)
        axes.set_title(label, fontsize=7)
    for axes in grid[len(histories) :]:
        axes.axis("off")
    for axes in grid[max(len(histories) - columns, 0) : len(histories)]:
        axes.set_xlabel("Epoch", fontsize=8)  # the lowest of its column
    keys = [
        Line2D([], [], color=colour, label=words)
        for name, (words, colour) in LINES.items()
        if name in shown
    ]
    figure.legend(handles=keys, loc="outside lower center", ncols=2, fontsize=9)
    return figure


if __name__ == "__main__":
    log_to(snakemake.log[0])
    histories = {
        row["label"]: list(map(pd.read_csv, snakemake.input[row["experiment"]]))
        for row in snakemake.params.rows
    }
    figure = draw(histories)
    title, scope = "Training curves", snakemake.params.scope
    save(figure, title, scope, snakemake.output.figure, snakemake.output.pdf)
