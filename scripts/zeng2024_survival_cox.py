"""Forest plot of the Cox models of zeng2024 (3A-10)."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from regrade.logs import log_to
from regrade.plots import COLOURS, MILLIMETRES, WIDTH, frameless, save
from regrade.survival import p_words
from regrade.tables import read_table


def forest_plot(cox: pd.DataFrame) -> Figure:
    """Draw the hazard ratios of table `cox` on a log scale, with their numbers.

    A term without a hazard ratio shows why.
    """
    models = list(cox["model"].unique())
    size = (1.35 * WIDTH, (9 * len(cox) + 9 * len(models) + 38) * MILLIMETRES)
    figure = Figure(figsize=size, layout="constrained")
    axes, words = figure.subplots(1, 2, sharey=True, width_ratios=[1, 1.25])
    cox = cox.assign(y=positions(cox["model"]))
    for colour, model in zip(COLOURS, models, strict=False):
        draw_ratios(axes, cox[cox["model"] == model], colour)
    name_rows(axes, cox)
    for row in cox.itertuples():
        words.text(0, row.y, words_of(row), va="center")
    words.text(0, -1, "Hazard ratio (95 %), p; p of proportional hazards", va="center")
    frameless(words)
    words.xaxis.set_visible(False)
    words.tick_params(labelleft=False)
    return figure


def positions(models: pd.Series) -> pd.Series:
    """Give heights from the top, with a line for the heading of each model."""
    headings = (~models.duplicated()).cumsum()
    return pd.Series(range(len(models)), index=models.index, dtype=float) + headings - 1


def draw_ratios(axes: Axes, cox: pd.DataFrame, colour: str) -> None:
    """Draw each hazard ratio with its interval."""
    cox = cox[cox["hazard_ratio"].notna()]
    axes.hlines(cox["y"], cox["low"], cox["high"], color=colour)
    axes.plot(cox["hazard_ratio"], cox["y"], "s", color=colour)


def name_rows(axes: Axes, cox: pd.DataFrame) -> None:
    """Name terms and models on the left; mark 1, where a term makes no difference."""
    first = cox.drop_duplicates("model")
    heads = [
        f"Model: {r.model}"
        + ("" if pd.isna(r.concordance) else f" (C {r.concordance:.2f})")
        for r in first.itertuples()
    ]
    axes.set_yticks([*cox["y"], *first["y"] - 1], [*cox["term"], *heads])
    for label in axes.get_yticklabels()[len(cox) :]:
        label.set_weight("bold")
    axes.axvline(1, color="0.5", linestyle=":")
    axes.set(xscale="log", ylim=(cox["y"].max() + 0.7, -1.6))
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.xaxis.set_minor_locator(NullLocator())
    row = cox.iloc[0]
    left_out = f"{row['left_out']} left out: a covariate is not known"
    counts = f"{row['patients']} patients, {row['events']} deaths, {left_out}"
    axes.set_xlabel(f"Hazard ratio of death\n{counts}")
    axes.tick_params(axis="y", length=0)


def words_of(row: tuple) -> str:
    """Write a term's numbers, or why it has none."""
    if pd.isna(row.hazard_ratio):
        return row.reason
    ratio = f"{row.hazard_ratio:.2f} ({row.low:.2f} to {row.high:.2f})"
    return f"{ratio}, {p_words(row.p)}; {p_words(row.proportional_p)}"


if __name__ == "__main__":
    log_to(snakemake.log[0])
    figure = forest_plot(read_table(snakemake.input.cox, "cox"))
    title = "Cox models of survival"
    files = snakemake.output
    save(figure, title, snakemake.params.scope, files.figure, files.pdf)
