"""Survival of the patients of a cohort in every reading (schema ``survival``)."""

import logging

import pandas as pd

from regrade.logs import log_to
from regrade.tables import read_table, write_table

logger = logging.getLogger("regrade")

FACTS = ["subject", "patient", "died", "age", "sex", "resection", "idh"]


def collect_survival(
    subjects: pd.DataFrame,
    *,
    classes: dict[str, str],
    days_per_month: float,
    imputed_class: str,
    trim: int,
    readings: list[dict],
) -> pd.DataFrame:
    """Take survival from a cohort's list, once a patient and reading (A-47).

    The first examination counts; patients alive at their last contact are censored
    there.

    Parameters
    ----------
    subjects : table `found`; what an image is like has no say here
    classes : class of each grade; grades without a class are left out
    days_per_month : days in a month
    imputed_class : class whose missing times are filled
    trim : shortest and longest times left out of the trimmed mean
    readings : of each, name, missing, trimmed and deaths, as in the settings file
    """
    firsts = subjects[~subjects["follow_up"]].drop_duplicates("patient")
    patients = firsts[FACTS].assign(
        **{"class": firsts["grade"].map(classes), "days": firsts["survival_days"]}
    )
    patients = with_known("class", patients)
    survival = pd.concat(
        [
            read_as(patients, reading, imputed_class, trim).assign(
                reading=reading["name"]
            )
            for reading in readings
        ]
    )
    return survival.assign(months=survival["days"] / days_per_month)


def read_as(
    patients: pd.DataFrame, reading: dict, imputed_class: str, trim: int
) -> pd.DataFrame:
    """Fill or leave out as a reading says; add column imputed."""
    logger.info("Reading %s", reading["name"])
    times = patients.loc[patients["class"] == imputed_class, "days"].dropna()
    middle = trimmed(times, trim)
    survival = fill(patients, imputed_class, reading["missing"], times, middle)
    if reading["deaths"] == "all":
        survival = survival.assign(died=True)
    if reading["trimmed"] == "left_out":
        survival = survival.drop(index=times.index.difference(middle.index))
    return with_known("days", with_known("died", survival))


def fill(
    patients: pd.DataFrame,
    imputed_class: str,
    missing: str,
    times: pd.Series,
    middle: pd.Series,
) -> pd.DataFrame:
    """Fill the missing times of a class with a mean, if the reading does."""
    gaps = (patients["class"] == imputed_class) & patients["days"].isna()
    if missing == "left_out" or not gaps.any():
        return patients.assign(imputed=False)
    mean = {"trimmed_mean": middle, "mean": times}[missing].mean()
    logger.info("%d missing times set to %.1f days", gaps.sum(), mean)
    return patients.assign(days=patients["days"].mask(gaps, mean), imputed=gaps)


def trimmed(days: pd.Series, trim: int) -> pd.Series:
    """Leave out the ``trim`` lowest and highest values.

    With too few values to leave any, all stay, and a line in the log says so.
    """
    if len(days) < 2 * trim + 1:
        logger.info("Only %d times: none is trimmed", len(days))
        return days
    return days.sort_values(kind="stable").iloc[trim : len(days) - trim]


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
        readings=snakemake.params.readings,
    )
    write_table(survival, snakemake.output.survival, "survival")
