"""Kaplan-Meier curves of classes of patients, and what is read from them."""

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.statistics import multivariate_logrank_test
from lifelines.utils import restricted_mean_survival_time


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


def p_words(p: float) -> str:
    """Write p as it is printed: to four decimals, or that it is smaller."""
    return "p < 0.0001" if p < 1e-4 else f"p = {p:.4f}"


def restricted_mean(curve: KaplanMeierFitter, horizon: float) -> tuple[float, float]:
    """Give the mean survival time up to a horizon and its standard error, in months.

    The error is Greenwood's, as in Klein and Moeschberger (2003), 4.5; lifelines'
    variance is that of the patients, not of their mean. Both are NaN where the curve
    ends above 0 before the horizon: there, the mean would need a guess.
    """
    if curve.timeline.max() < horizon and curve.survival_function_.iloc[-1, 0] > 0:
        return np.nan, np.nan
    mean = restricted_mean_survival_time(curve, t=horizon)
    deaths = curve.event_table.query("observed > 0 and index < @horizon")
    left = np.array([mean - _area(curve, time) for time in deaths.index])
    survivors = deaths["at_risk"] - deaths["observed"]
    # After a death of all, nothing is left.
    at_last = survivors == 0
    spread = deaths["observed"] / (deaths["at_risk"] * survivors.mask(at_last, np.inf))
    return mean, float(np.sqrt((left**2 * spread).sum()))


def _area(curve: KaplanMeierFitter, time: float) -> float:
    return restricted_mean_survival_time(curve, t=time)
