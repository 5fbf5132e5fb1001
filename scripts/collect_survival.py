"""Survival of the patients of a cohort, one row a patient (schema ``survival``)."""

import logging

import pandas as pd

from regrade.logs import log_to
from regrade.tables import read_table, write_table

logger = logging.getLogger("regrade")


def collect_survival(
    subjects: pd.DataFrame,
    *,
    classes: dict[str, str],
    days_per_month: float,
    imputed_class: str,
    trim: int,
) -> pd.DataFrame:
    """Take survival from a cohort's list, the first examination of each patient (A-47).

    Patients alive at their last contact are censored there.

    Parameters
    ----------
    subjects : table `found`; what an image is like has no say here
    classes : class of each grade; grades without a class are left out
    days_per_month : days in a month
    imputed_class : class whose missing times are filled
    trim : shortest and longest times left out of the mean that stands in for a missing
        one
    """
    firsts = subjects[~subjects["follow_up"]].drop_duplicates("patient")
    survival = firsts[["subject", "patient", "died"]].assign(
        **{"class": firsts["grade"].map(classes), "days": firsts["survival_days"]}
    )
    survival = impute(with_known("class", survival), imputed_class, trim)
    survival = with_known("days", with_known("died", survival))
    return survival.assign(months=survival["days"] / days_per_month)


def impute(survival: pd.DataFrame, imputed_class: str, trim: int) -> pd.DataFrame:
    """Fill missing times of a class with their trimmed mean; add column imputed."""
    of_class = survival["class"] == imputed_class
    # ASSUME: the trimmed patients stay in the curves (A-47, reading 1).
    imputed = of_class & survival["days"].isna() & survival["died"].notna()
    if imputed.any():
        mean = trimmed_mean(survival.loc[of_class, "days"].dropna(), trim)
        logger.info("%d missing times set to %.1f days", imputed.sum(), mean)
        survival = survival.assign(days=survival["days"].mask(imputed, mean))
    return survival.assign(imputed=imputed)


def trimmed_mean(days: pd.Series, trim: int) -> float:
    """Give the mean without the ``trim`` lowest and highest values.

    With too few values to leave any, the mean of all, and a line in the log.
    """
    if len(days) < 2 * trim + 1:
        logger.info("Only %d times: the mean is of all, untrimmed", len(days))
        return days.mean()
    return days.sort_values().iloc[trim : len(days) - trim].mean()


def with_known(column: str, survival: pd.DataFrame) -> pd.DataFrame:
    """Leave out, and count in the log, the patients whose column is empty."""
    unknown = survival[column].isna()
    if unknown.any():
        logger.info("%d patients left out: %s not known", unknown.sum(), column)
    return survival[~unknown]


if __name__ == "__main__":
    log_to(snakemake.log[0])
    survival = collect_survival(
        read_table(snakemake.input.found, "found"),
        classes=snakemake.params.classes,
        days_per_month=snakemake.params.days_per_month,
        imputed_class=snakemake.params.imputed_class,
        trim=snakemake.params.trim,
    )
    write_table(survival, snakemake.output.survival, "survival")
