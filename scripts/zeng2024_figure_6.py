"""Figure 6 of zeng2024: Kaplan-Meier curves of the classes (A-47)."""

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.plotting import add_at_risk_counts
from lifelines.statistics import multivariate_logrank_test
from matplotlib.figure import Figure

from regrade.logs import log_to
from regrade.plots import COLOURS, MILLIMETRES, WIDTH, save
from regrade.tables import read_table


def fit_curves(
    survival: pd.DataFrame, classes: list[str]
) -> dict[str, KaplanMeierFitter]:
    """Fit the Kaplan-Meier curve of each class, in months."""
    curves = {}
    for name in classes:
        group = survival[survival["class"] == name]
        if group.empty:
            raise ValueError(
                f"No patient of class {name} has a known survival, so its curve cannot "
                "be drawn; choose a cohort with survival of all classes."
            )
        curves[name] = KaplanMeierFitter(label=name).fit(
            group["months"], group["died"].astype(bool)
        )
    return curves


def log_rank_p(survival: pd.DataFrame, classes: list[str]) -> float:
    """Give p of the log-rank test that the classes survive alike."""
    chosen = survival[survival["class"].isin(classes)]
    died = chosen["died"].astype(bool)
    return multivariate_logrank_test(chosen["months"], chosen["class"], died).p_value


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
    shown = "p < 0.0001" if p < 1e-4 else f"p = {p:.4f}"
    axes.text(0.97, 0.8, f"Log-rank {shown}", ha="right", transform=axes.transAxes)
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
    curves = fit_curves(survival, snakemake.params.classes)
    p = log_rank_p(survival, snakemake.params.classes)
    table = table_6(survival, curves, p)
    table.to_csv(snakemake.output.table, index=False)
    title = "Kaplan-Meier curves of survival"
    save(figure_6(curves, p), title, snakemake.params.scope, snakemake.output.figure)
