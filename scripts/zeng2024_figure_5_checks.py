"""What the maps of zeng2024's Figure 5 are worth; the paper has no such check."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from regrade.examples import PICTURES, typical_examples
from regrade.logs import log_to
from regrade.plots import (
    COLOURS,
    MILLIMETRES,
    WIDTH,
    heat_bar,
    save,
    show_heat,
    show_slice,
)
from regrade.tables import read_table


def figure_5_checks(
    examples: dict[str, dict],
    explanations: pd.DataFrame,
    randomisation: pd.DataFrame,
) -> Figure:
    """Draw maps stage by stage, their correlation, and the heat in the tumour.

    Parameters
    ----------
    examples : as ``typical_examples`` gives them
    """
    height = 24 * len(PICTURES) * len(examples)
    size = (WIDTH, (25 + height + 80) * MILLIMETRES)
    figure = Figure(figsize=size, layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=[height, 80])
    draw_stages(above, examples, list(randomisation["stage"].unique()))
    left, right = below.subplots(1, 2)
    draw_correlation(left, randomisation)
    draw_shares(right, explanations)
    return figure


def draw_stages(
    figure: SubFigure, examples: dict[str, dict], stages: list[str]
) -> None:
    """Draw the maps of each picture at each stage over its last contrast."""
    rows = [(name, picture) for name in examples for picture in PICTURES]
    panels = figure.subplots(len(rows), 1 + len(stages), squeeze=False)
    for line, (name, picture) in zip(panels, rows, strict=True):
        example, place = examples[name], list(PICTURES).index(picture)
        for axes, maps in zip(line, example["maps"], strict=True):
            show_slice(axes, example["pictures"][place, -1], white=255)
            show_heat(axes, maps[place], example["tumour"])
        line[0].set_ylabel(f"{name},\n{PICTURES[picture]}", fontsize=8)
    for axes, stage in zip(panels[0], ["trained", *stages], strict=True):
        axes.set_title(stage, fontsize=9)
    heat_bar(figure, panels)


def draw_correlation(axes: Axes, randomisation: pd.DataFrame) -> None:
    """Draw the median correlation and its quartiles, stage by stage."""
    for colour, (picture, words) in zip(COLOURS, PICTURES.items(), strict=False):
        rows = randomisation[randomisation["picture"] == picture]
        axes.plot(rows["stage"], rows["median"], color=colour, marker="o", label=words)
        axes.fill_between(
            rows["stage"], rows["low"], rows["high"], color=colour, alpha=0.2, lw=0
        )
    axes.axhline(0, color="0.6", linestyle=":")
    axes.set(ylim=(-1.05, 1.05), ylabel="Rank correlation with the trained map")
    axes.set(xlabel="Weights random down to", title="Random weights")
    axes.tick_params(axis="x", rotation=60)
    axes.legend()


def draw_shares(axes: Axes, explanations: pd.DataFrame) -> None:
    """Draw the share of heat inside the tumour against the tumour's share of area."""
    for colour, (picture, words) in zip(COLOURS, PICTURES.items(), strict=False):
        rows = explanations[explanations["picture"] == picture]
        median = rows["share_inside"].median()
        label = f"{words}, median {median:.0%}"
        shares = (rows["share_of_mask"], rows["share_inside"])
        axes.plot(*shares, "o", ms=4, alpha=0.7, color=colour, label=label)
    largest = 1.1 * explanations["share_of_mask"].max()
    axes.plot([0, largest], [0, largest], color="0.6", linestyle=":", label="chance")
    axes.set(xlim=(0, largest), ylim=(-0.02, 1.02), title="Heat in the tumour")
    axes.set(xlabel="Tumour's share of area", ylabel="Share of heat in the tumour")
    axes.legend()


if __name__ == "__main__":
    log_to(snakemake.log[0])
    figure = figure_5_checks(
        typical_examples(snakemake.input, snakemake.params.classes),
        read_table(snakemake.input.explanations, "explanations"),
        read_table(snakemake.input.randomisation, "randomisation"),
    )
    title = "What the heat maps are worth"
    files = snakemake.output
    save(figure, title, snakemake.params.scope, files.figure, files.pdf)
