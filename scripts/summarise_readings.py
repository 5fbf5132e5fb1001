"""Survival of each class in every reading (schema ``readings``)."""

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

from regrade.logs import log_to
from regrade.survival import fit_curves, log_rank_p, restricted_mean
from regrade.tables import read_table, write_table


def summarise_readings(
    survival: pd.DataFrame,
    *,
    classes: list[str],
    at_risk: list[float],
    horizon: float,
    published: dict,
) -> pd.DataFrame:
    """Count, and give median and log-rank p of, each class in every reading (A-47).

    Parameters
    ----------
    survival : table `survival`
    at_risk : months at which those at risk are counted, one column each
    horizon : months up to which mean survival is compared
    published : the paper's conclusion; p_below, and the class that lives longer
    """
    tables = []
    for name, rows in survival.groupby("reading", sort=False):
        curves = fit_curves(rows, classes)
        p = log_rank_p(rows, classes)
        longer = (
            "holds" if lives_longer(curves, published, horizon) else "does not hold"
        )
        tables += [
            class_rows(rows, curves, at_risk).assign(
                reading=name,
                p=p,
                published=f"p < {published['p_below']:g}",
                # A larger p says that nothing was shown, not that the contrary holds.
                verdict=longer if p < published["p_below"] else "not reached",
            )
        ]
    return pd.concat(tables, ignore_index=True)


def lives_longer(
    curves: dict[str, KaplanMeierFitter], published: dict, horizon: float
) -> bool:
    """Tell whether the class that the paper names has the longest mean survival."""
    means = {name: restricted_mean(curve, horizon)[0] for name, curve in curves.items()}
    own = means.pop(published["longer"])
    return all(own > other for other in means.values())


def class_rows(
    survival: pd.DataFrame, curves: dict[str, KaplanMeierFitter], at_risk: list[float]
) -> pd.DataFrame:
    """Give counts and the median with its 95 % interval, one row a class."""
    rows = []
    for name, curve in curves.items():
        group = survival[survival["class"] == name]
        low, high = median_survival_times(curve.confidence_interval_).iloc[0]
        rows += [
            {
                "class": name,
                "subjects": len(group),
                "deaths": group["died"].sum(),
                "censored": (~group["died"].astype(bool)).sum(),
                "imputed": group["imputed"].sum(),
                "median_months": curve.median_survival_time_,
                "low": low,
                "high": high,
                **{f"at_risk_{t}": (group["months"] >= t).sum() for t in at_risk},
            }
        ]
    return pd.DataFrame(rows).replace(np.inf, np.nan)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    readings = summarise_readings(
        read_table(snakemake.input.survival, "survival"),
        classes=snakemake.params.classes,
        at_risk=snakemake.params.at_risk,
        horizon=snakemake.params.horizon,
        published=snakemake.params.published,
    )
    write_table(readings, snakemake.output.readings, "readings")
