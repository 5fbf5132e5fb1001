"""Mean survival up to a horizon, of each class and between them, in every reading."""

from itertools import combinations

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter
from scipy.stats import norm

from regrade.logs import log_to
from regrade.survival import fit_curves, restricted_mean
from regrade.tables import read_table, write_table


def estimate_restricted_means(
    survival: pd.DataFrame, *, classes: list[str], horizon: float
) -> pd.DataFrame:
    """Give table `restricted_means`: each class, then each difference of two.

    Unlike a hazard ratio, its meaning does not hang on proportional hazards (3A-10).

    Parameters
    ----------
    survival : table `survival`
    horizon : months
    """
    tables = [
        means_of(fit_curves(rows, classes), horizon).assign(reading=name)
        for name, rows in survival.groupby("reading", sort=False)
    ]
    return pd.concat(tables, ignore_index=True).assign(horizon=horizon)


def means_of(curves: dict[str, KaplanMeierFitter], horizon: float) -> pd.DataFrame:
    """Give means and differences with 95 % intervals by the normal approximation.

    The intervals end where no mean can lie: at the horizon.
    """
    means = {name: restricted_mean(curve, horizon) for name, curve in curves.items()}
    for one, other in combinations(curves, 2):
        (a, error_a), (b, error_b) = means[one], means[other]
        means[f"{one} - {other}"] = (a - b, np.hypot(error_a, error_b))
    table = pd.DataFrame(means.values(), columns=["months", "error"])
    table.insert(0, "class", list(means))
    half = norm.ppf(0.975) * table.pop("error")
    reasons = [
        "" if pd.notna(mean) else reason_of(curves) for mean, _ in means.values()
    ]
    low, high = table["months"] - half, table["months"] + half
    return table.assign(
        low=low.clip(-horizon), high=high.clip(upper=horizon), reason=reasons
    )


def reason_of(curves: dict[str, KaplanMeierFitter]) -> str:
    """Say where the curves end, when a mean would need a guess beyond."""
    ends = ", ".join(f"{n} {c.timeline.max():.1f} months" for n, c in curves.items())
    return f"last times before the horizon, without a death of all: {ends}"


if __name__ == "__main__":
    log_to(snakemake.log[0])
    means = estimate_restricted_means(
        read_table(snakemake.input.survival, "survival"),
        classes=snakemake.params.classes,
        horizon=snakemake.params.horizon,
    )
    write_table(means, snakemake.output.means, "restricted_means")
