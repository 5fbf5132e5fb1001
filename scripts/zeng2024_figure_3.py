"""Figure 3 of zeng2024: ROC curves at patient level (A-44)."""

from functools import partial

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from sklearn.metrics import roc_curve

from regrade.logs import log_to
from regrade.metrics import (
    RUN,
    read_predictions,
    run_scores,
    scored,
    two_class_scores,
)
from regrade.plots import COLOURS, MILLIMETRES, WIDTH, save


def figure_3(
    predictions: pd.DataFrame,
    curves: list[dict],
    *,
    classes: list[str],
    positive: str,
) -> Figure:
    """Draw one curve for each experiment, the mean over its runs.

    Parameters
    ----------
    curves : label and experiment of each curve, the first in front of the others
    """
    figure = Figure(figsize=(WIDTH, 150 * MILLIMETRES), layout="constrained")
    axes = figure.subplots()
    for order, curve in enumerate(curves):
        tests = scored(predictions, curve["experiment"], classes)
        scores = run_scores(tests, partial(two_class_scores, positive=positive))
        axes.plot(
            *mean_curve(tests, positive),
            color=COLOURS[order % len(COLOURS)],
            linestyle="-" if order < len(COLOURS) else "--",
            zorder=10 - order / len(curves),
            label=f"{curve['label']} (AUC {scores['AUC'].mean(skipna=False):.3f})",
        )
    axes.plot([0, 1], [0, 1], color="0.6", linestyle=":", label="Chance (AUC 0.500)")
    axes.set(xlabel="1 − specificity", ylabel="Sensitivity", aspect="equal")
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01))
    figure.legend(loc="outside lower center", ncols=2)
    return figure


def mean_curve(
    predictions: pd.DataFrame, positive: str
) -> tuple[np.ndarray, np.ndarray]:
    """Average the sensitivity of the runs at equal specificity.

    Returns
    -------
    1 - specificity, sensitivity; from (0, 0) to (1, 1)
    """
    grid = np.linspace(0, 1, 1001)
    sensitivities = []
    for _, run in predictions.groupby(RUN):
        truth = run["truth"].eq(positive).to_numpy(bool)
        lost, found, _ = roc_curve(truth, run[f"p_{positive}"])
        sensitivities.append(np.interp(grid, lost, found))
    return np.append(0, grid), np.append(0, np.mean(sensitivities, axis=0))


if __name__ == "__main__":
    log_to(snakemake.log[0])
    figure = figure_3(
        read_predictions(snakemake.input.predictions),
        snakemake.params.curves,
        classes=snakemake.params.classes,
        positive=snakemake.params.positive,
    )
    save(figure, "ROC curves", snakemake.params.scope, snakemake.output.figure)
