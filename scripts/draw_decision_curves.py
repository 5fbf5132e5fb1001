"""Decision curves: the net benefit of treating by a model (Vickers and Elkin 2006)."""

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from regrade.intervals import interval, resampled
from regrade.logs import log_to, progress
from regrade.metrics import four_counts, read_predictions, scored
from regrade.plots import COLOURS, MILLIMETRES, WIDTH, save
from regrade.tables import write_table

THRESHOLDS = np.arange(1, 100) / 100
EVERYONE, NOBODY = "everyone treated", "nobody treated"


def net_benefits(
    run: pd.DataFrame, weights: np.ndarray, *, outcome: str, everyone: bool
) -> dict[float, np.ndarray]:
    """Give the net benefit at each threshold probability.

    True positives less false positives, a false one as bad as the odds of the threshold
    say, over all subjects.

    Parameters
    ----------
    everyone : treat all, whatever the model says
    """
    truth = run["truth"].eq(outcome).to_numpy(bool)[:, None]
    chance = run[f"p_{outcome}"].to_numpy()[:, None]
    found = (chance >= THRESHOLDS) | everyone
    tp, fp, *_ = four_counts(truth, found, weights)
    odds = THRESHOLDS / (1 - THRESHOLDS)
    benefits = (tp - fp * odds) / weights.sum(axis=1, keepdims=True)
    return dict(zip(THRESHOLDS, benefits.T, strict=True))


def curve(tests: pd.DataFrame, score, **bootstrap) -> pd.DataFrame:
    """Give threshold, net_benefit (mean over the runs), low and high."""
    samples = resampled(tests, score, **bootstrap)
    means = samples.loc["all"].iloc[0].rename("net_benefit")
    return interval(samples).join(means).rename_axis("threshold").reset_index()


def decision_curves(
    predictions: pd.DataFrame,
    rows: list[dict],
    *,
    outcomes: list[str],
    classes: list[str],
    resamples: int,
    seed: int,
) -> pd.DataFrame:
    """Give the curves of all models, and of treating everyone and nobody.

    Parameters
    ----------
    rows : experiment and label of each model
    resamples, seed : of the bootstrap

    Returns
    -------
    schema ``decision_curves``
    """
    bootstrap = {"resamples": resamples, "seed": seed}
    curves = []
    lines = [*rows, {"experiment": rows[0]["experiment"], "label": EVERYONE}]
    for line in progress(lines, "curves"):
        tests = scored(predictions, line["experiment"], classes)
        for name in outcomes:
            all_treated = line["label"] == EVERYONE
            score = partial(net_benefits, outcome=name, everyone=all_treated)
            found = curve(tests, score, **bootstrap)
            curves += [found.assign(label=line["label"], outcome=name)]
    nobody = [
        pd.DataFrame({"threshold": THRESHOLDS, "net_benefit": 0.0}).assign(
            low=0.0, high=0.0, label=NOBODY, outcome=name
        )
        for name in outcomes
    ]
    return pd.concat([*curves, *nobody], ignore_index=True)


def draw(curves: pd.DataFrame) -> Figure:
    """Draw a panel an outcome, a line a model."""
    panels = list(curves.groupby("outcome", sort=False))
    labels = list(curves["label"].unique())
    size = (WIDTH, (28 + 75 * len(panels) + 3 * len(labels)) * MILLIMETRES)
    figure = Figure(figsize=size, layout="constrained")
    grid = figure.subplots(len(panels), squeeze=False)[:, 0]
    for axes, (outcome, lines) in zip(grid, panels, strict=True):
        for order, label in enumerate(labels):
            draw_line(axes, lines[lines["label"] == label], order, label)
        axes.set_ylabel(f"Net benefit, {outcome}")
        top = lines.loc[lines["label"] != NOBODY, "net_benefit"].max()
        axes.set(xlim=(0, 1), ylim=(-0.2 * top, 1.1 * top))
    grid[-1].set_xlabel("Threshold probability")
    figure.legend(
        *grid[0].get_legend_handles_labels(), loc="outside lower center", ncols=2
    )
    return figure


def draw_line(axes: Axes, points: pd.DataFrame, order: int, label: str) -> None:
    """Draw the curve of a model, or a grey one for everyone and nobody."""
    look = {"color": COLOURS[order % len(COLOURS)], "linestyle": "-"}
    if order >= len(COLOURS):
        look["linestyle"] = "--"
    if label in (EVERYONE, NOBODY):
        look = {"color": "0.5", "linestyle": "--" if label == EVERYONE else ":"}
    axes.plot(points["threshold"], points["net_benefit"], label=label, **look)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    settings = dict(snakemake.params)
    scope = settings.pop("scope")
    curves = decision_curves(read_predictions(snakemake.input.predictions), **settings)
    write_table(curves, snakemake.output.table, "decision_curves")
    files = snakemake.output
    save(draw(curves), "Decision curves", scope, files.figure, files.pdf)
