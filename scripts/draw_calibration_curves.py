"""Calibration curves: how many of those given a probability have the outcome."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from regrade.calibration import bin_of
from regrade.intervals import wilson
from regrade.logs import log_to
from regrade.metrics import read_predictions, scored
from regrade.plots import COLOURS, MILLIMETRES, WIDTH, save
from regrade.tables import write_table

COLUMNS = 3


def curve(tests: pd.DataFrame, outcome: str, bins: int) -> pd.DataFrame:
    """Give probability and share of an outcome, bin by bin, over all runs.

    A subject that several runs test counts as one for the interval (Wilson).

    Returns
    -------
    columns bin, subjects (mean over how often one is tested), predicted (mean
    probability), observed (share), low, high; a row a bin that is not empty
    """
    often = len(tests) / tests["subject"].nunique()
    table = pd.DataFrame(
        {
            "bin": bin_of(tests[f"p_{outcome}"].to_numpy(), bins),
            "predicted": tests[f"p_{outcome}"],
            "observed": tests["truth"].eq(outcome).astype(float),
        }
    )
    grouped = table.groupby("bin")
    means = grouped[["predicted", "observed"]].mean()
    means.insert(0, "subjects", grouped.size() / often)
    ends = [wilson(row.observed, row.subjects) for row in means.itertuples()]
    means[["low", "high"]] = ends
    return means.reset_index()


def calibration_curves(
    predictions: pd.DataFrame,
    rows: list[dict],
    *,
    outcomes: list[str],
    classes: list[str],
    bins: int,
) -> pd.DataFrame:
    """Give the curves of all models and outcomes (schema ``calibration_curves``).

    Parameters
    ----------
    rows : experiment and label of each model
    """
    curves = [
        curve(scored(predictions, row["experiment"], classes), name, bins).assign(
            experiment=row["experiment"], label=row["label"], outcome=name
        )
        for row in rows
        for name in outcomes
    ]
    return pd.concat(curves, ignore_index=True)


def draw(curves: pd.DataFrame) -> Figure:
    """Draw a panel a model and outcome, with bars for the intervals."""
    panels = list(curves.groupby(["label", "outcome"], sort=False))
    lines = -(-len(panels) // COLUMNS)
    size = (WIDTH, (14 + 62 * lines) * MILLIMETRES)
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(lines, COLUMNS, squeeze=False, sharex=True, sharey=True)
    for axes, ((label, outcome), points) in zip(grid.flat, panels, strict=False):
        draw_curve(axes, points)
        axes.set_title(f"{label}\n{outcome}", fontsize=7)
    for axes in grid.flat[len(panels) :]:
        axes.axis("off")
    for axes in grid.flat[max(len(panels) - COLUMNS, 0) : len(panels)]:
        axes.tick_params(labelbottom=True)  # the lowest of its column
    figure.supxlabel("Mean predicted probability", fontsize=10)
    figure.supylabel("Share with the outcome", fontsize=10)
    return figure


def draw_curve(axes: Axes, points: pd.DataFrame) -> None:
    """Draw the points of a curve; their area grows with the subjects."""
    share = points["subjects"] / points["subjects"].sum()
    ends = points["low"].to_numpy(), points["high"].to_numpy()
    axes.plot([0, 1], [0, 1], color="0.6", linestyle=":")
    axes.vlines(points["predicted"], *ends, color=COLOURS[0], linewidth=1)
    axes.plot(points["predicted"], points["observed"], color=COLOURS[0], linewidth=1)
    sizes = 10 + 120 * np.asarray(share)
    axes.scatter(points["predicted"], points["observed"], sizes, color=COLOURS[0])
    axes.set(xlim=(-0.04, 1.04), ylim=(-0.04, 1.04), aspect="equal")


if __name__ == "__main__":
    log_to(snakemake.log[0])
    settings = dict(snakemake.params)
    scope = settings.pop("scope")
    curves = calibration_curves(
        read_predictions(snakemake.input.predictions), **settings
    )
    write_table(curves, snakemake.output.table, "calibration_curves")
    files = snakemake.output
    save(draw(curves), "Calibration curves", scope, files.figure, files.pdf)
