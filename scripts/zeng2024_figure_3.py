"""Figure 3 of zeng2024: ROC curves at patient level (A-44)."""

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

from regrade.intervals import interval, resampled
from regrade.logs import log_to
from regrade.metrics import RUN, area_under_curve, read_predictions, scored
from regrade.plots import COLOURS, MILLIMETRES, WIDTH, save

GRID = np.linspace(0, 1, 201)  # of 1 - specificity


def figure_3(
    predictions: pd.DataFrame,
    curves: list[dict],
    *,
    classes: list[str],
    positive: str,
    **bootstrap,
) -> Figure:
    """Draw one curve for each experiment, the mean over its runs.

    Parameters
    ----------
    curves : label and experiment of each curve; the first in front of the others, with
        its pointwise interval
    bootstrap : resamples and seed
    """
    figure = Figure(figsize=(WIDTH, 165 * MILLIMETRES), layout="constrained")
    axes = figure.subplots()
    for order, curve in enumerate(curves):
        tests = scored(predictions, curve["experiment"], classes)
        look = {"color": COLOURS[order % len(COLOURS)], "zorder": 10 - order}
        if order == 0:
            draw_band(axes, tests, positive, look["color"], **bootstrap)
        axes.plot(
            *mean_curve(tests, positive),
            **look,
            linestyle="-" if order < len(COLOURS) else "--",
            label=f"{curve['label']}: {area_in_words(tests, positive, **bootstrap)}",
        )
    axes.plot([0, 1], [0, 1], color="0.6", linestyle=":", label="Chance: AUC 0.500")
    axes.set(xlabel="1 − specificity", ylabel="Sensitivity", aspect="equal")
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    figure.legend(loc="outside lower center", ncols=2, fontsize=8)
    return figure


def draw_band(axes: Axes, tests: pd.DataFrame, positive: str, colour: str, **bootstrap):
    """Shade the pointwise interval of a curve's sensitivities."""
    samples = resampled(tests, partial(sensitivities, positive=positive), **bootstrap)
    ends = interval(samples)
    axes.fill_between(
        ends.index, ends["low"], ends["high"], color=colour, alpha=0.15, lw=0
    )


def area_in_words(tests: pd.DataFrame, positive: str, **bootstrap) -> str:
    """Give the AUC, mean over the runs, and its interval."""

    def area(run: pd.DataFrame, weights: np.ndarray) -> dict[str, np.ndarray]:
        return {"AUC": area_under_curve(run, weights, positive)}

    samples = resampled(tests, area, **bootstrap)
    [[low, high]] = interval(samples).to_numpy()
    return f"AUC {samples.loc['all', 'AUC'].iloc[0]:.3f} ({low:.3f} to {high:.3f})"


def sensitivities(
    run: pd.DataFrame, weights: np.ndarray, *, positive: str
) -> dict[float, np.ndarray]:
    """Give the sensitivity of a run at each 1 - specificity of the grid.

    Parameters
    ----------
    weights : how often each row counts, (resamples, rows)
    """
    truth, chance = run["truth"].eq(positive).to_numpy(bool), run[f"p_{positive}"]
    curves = (roc_curve(truth, chance, sample_weight=often) for often in weights)
    found = np.array([np.interp(GRID, lost, right) for lost, right, _ in curves])
    return dict(zip(GRID, found.T, strict=True))


def mean_curve(
    predictions: pd.DataFrame, positive: str
) -> tuple[np.ndarray, np.ndarray]:
    """Average the sensitivity of the runs at equal specificity.

    Returns
    -------
    1 - specificity, sensitivity; from (0, 0) to (1, 1)
    """
    runs = [
        list(sensitivities(run, np.ones((1, len(run))), positive=positive).values())
        for _, run in predictions.groupby(RUN)
    ]
    return np.append(0, GRID), np.append(0, np.mean(runs, axis=0))


if __name__ == "__main__":
    log_to(snakemake.log[0])
    settings = dict(snakemake.params)
    scope = settings.pop("scope")
    predictions = read_predictions(snakemake.input.predictions)
    figure = figure_3(predictions, **settings)
    save(figure, "ROC curves", scope, snakemake.output.figure, snakemake.output.pdf)
