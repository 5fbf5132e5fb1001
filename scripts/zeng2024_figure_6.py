"""Figure 6 of zeng2024: Kaplan-Meier curves of the classes (A-47)."""

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.plotting import add_at_risk_counts
from matplotlib.figure import Figure

from regrade.logs import log_to
from regrade.plots import COLOURS, MILLIMETRES, WIDTH, save
from regrade.survival import fit_curves, log_rank_p, p_words
from regrade.tables import read_table


def figure_6(curves: dict[str, KaplanMeierFitter], p: float) -> Figure:
    """Draw the curves with their 95 % bands, censoring ticks and numbers at risk."""
    figure = Figure(figsize=(WIDTH, 125 * MILLIMETRES), layout="constrained")
    axes = figure.subplots()
    for colour, curve in zip(COLOURS, curves.values(), strict=False):
        curve.plot_survival_function(
            ax=axes,
            color=colour,
            show_censors=True,
            censor_styles={"marker": "|", "ms": 7},
        )
    axes.set(ylim=(0, 1.02), ylabel="Share alive", xlim=(0, None))
    axes.set_xlabel("Months since diagnosis")
    shown = f"Log-rank {p_words(p)}"
    axes.text(0.97, 0.8, shown, ha="right", transform=axes.transAxes)
    axes.legend(loc="upper right")
    add_at_risk_counts(*curves.values(), ax=axes, fig=figure, rows_to_show=["At risk"])
    return figure


def table_6(
    survival: pd.DataFrame, curves: dict[str, KaplanMeierFitter], p: float
) -> pd.DataFrame:
    """Count subjects and deaths of each class and give the median survival.

    Returns
    -------
    group, subjects, deaths, median_months (NaN where more than half outlive the last
    death), p of the log-rank test
    """
    groups = survival.groupby("class")["died"].agg(subjects="size", deaths="sum")
    table = groups.loc[list(curves)].rename_axis("group").reset_index()
    medians = [curve.median_survival_time_ for curve in curves.values()]
    return table.assign(median_months=medians, p=p).replace(np.inf, np.nan)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    survival = read_table(snakemake.input.survival, "survival")
    survival = survival[survival["reading"] == snakemake.params.reading]
    curves = fit_curves(survival, snakemake.params.classes)
    p = log_rank_p(survival, snakemake.params.classes)
    table = table_6(survival, curves, p)
    table.to_csv(snakemake.output.table, index=False)
    title = "Kaplan-Meier curves of survival"
    files = snakemake.output
    save(figure_6(curves, p), title, snakemake.params.scope, files.figure, files.pdf)
