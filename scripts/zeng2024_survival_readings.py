"""Figure 6 of zeng2024 in every reading of what the paper did (A-47)."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from regrade.logs import log_to
from regrade.plots import COLOURS, MILLIMETRES, WIDTH, save
from regrade.survival import fit_curves
from regrade.tables import read_table

RISK = "at_risk_"


def readings_figure(
    survival: pd.DataFrame,
    readings: pd.DataFrame,
    means: pd.DataFrame,
    *,
    words: dict[str, str],
    classes: list[str],
) -> Figure:
    """Draw a panel for each reading: curves, numbers at risk, test, medians, means.

    Parameters
    ----------
    survival, readings, means : tables `survival`, `readings` and `restricted_means`
    words : title of each reading's panel
    """
    rows = -(-len(words) // 2)
    size = (1.35 * WIDTH, 88 * MILLIMETRES * rows)
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(rows, 2, squeeze=False, sharey=True).ravel()
    for axes, (name, title) in zip(grid, words.items(), strict=False):
        draw_curves(axes, survival[survival["reading"] == name], classes)
        own = readings[readings["reading"] == name]
        draw_at_risk(axes, own)
        # Above the lines of the summary.
        axes.set_title(title, loc="left", pad=14 + 11 * (len(classes) + 2))
        lines = "\n".join(summary(own, means[means["reading"] == name]))
        axes.text(0, 1.03, lines, fontsize=9, transform=axes.transAxes)
    for axes in grid[len(words) :]:
        axes.axis("off")
    figure.legend(*grid[0].get_legend_handles_labels(), loc="outside upper right")
    return figure


def draw_curves(axes: Axes, survival: pd.DataFrame, classes: list[str]) -> None:
    """Draw the Kaplan-Meier curves with their 95 % bands."""
    curves = fit_curves(survival, classes)
    for colour, curve in zip(COLOURS, curves.values(), strict=False):
        curve.plot_survival_function(ax=axes, color=colour, legend=False)
    axes.set(ylim=(0, 1.02), ylabel="Share alive", xlabel="")


def draw_at_risk(axes: Axes, readings: pd.DataFrame) -> None:
    """Write the months, and below them how many of each class are at risk."""
    counts = readings.filter(like=RISK)
    months = [int(column.removeprefix(RISK)) for column in counts]
    labels = ["\n".join(map(str, [m, *counts[f"{RISK}{m}"]])) for m in months]
    axes.set_xticks(months, labels, fontsize=9)
    axes.set_xlim(0, max(months))
    heads = "\n".join(["Months", *readings["class"] + " at risk"])
    axes.annotate(
        heads, (0, 0), (-20, -7), "axes fraction", "offset points",
        ha="right", va="top", fontsize=9,
    )  # fmt: skip


def summary(readings: pd.DataFrame, means: pd.DataFrame) -> list[str]:
    """Say in lines: the test, the medians, the difference of the restricted means."""
    first = readings.iloc[0]
    medians = [
        f"{name} median {months(*times)} months"
        for name, *times in readings[
            ["class", "median_months", "low", "high"]
        ].to_numpy()
    ]
    row = means.iloc[-1]
    pair = row["class"].replace("-", "−")
    difference = months(row["months"], row["low"], row["high"])
    return [
        f"Log-rank p = {first['p']:.2g}; the paper's {first['published']} "
        f"{first['verdict']}",
        *medians,
        f"Mean up to {row['horizon']:g} months, {pair}: {difference}",
    ]


def months(value: float, low: float, high: float) -> str:
    """Write a time and its interval; what is not reached or not known is a dash."""
    value, low, high = (
        "–" if pd.isna(x) else f"{x:.1f}".replace("-", "−") for x in (value, low, high)
    )
    return f"{value} ({low} to {high})"


if __name__ == "__main__":
    log_to(snakemake.log[0])
    figure = readings_figure(
        read_table(snakemake.input.survival, "survival"),
        read_table(snakemake.input.readings, "readings"),
        read_table(snakemake.input.means, "restricted_means"),
        words=snakemake.params.words,
        classes=snakemake.params.classes,
    )
    title = "Survival in every reading of the paper"
    files = snakemake.output
    save(figure, title, snakemake.params.scope, files.figure, files.pdf)
