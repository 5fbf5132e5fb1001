"""Give a study's subjects their classes and, fold by fold, their roles (A-08, B-09)."""

import logging
import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from sklearn.model_selection import StratifiedKFold, StratifiedShuffleSplit

from regrade.logs import log_to
from regrade.tables import read_table, write_table

logger = logging.getLogger("regrade")

COLUMNS = ["subject", "patient", "class", "source", "fold", "role"]


def label(
    subjects: pd.DataFrame,
    labels: Mapping[str, Mapping[str, str]],
    classes: Sequence[str],
) -> pd.DataFrame:
    """Add the ``class`` of each grade; subjects whose grade has none are dropped.

    Parameters
    ----------
    labels : label rule: of each cohort, the class of each grade
    classes : those of the study, each of which must be there
    """
    rule = {
        (cohort, grade): name
        for cohort, grades in labels.items()
        for grade, name in grades.items()
    }
    pairs = pd.MultiIndex.from_frame(subjects[["cohort", "grade"]])
    labelled = subjects.assign(**{"class": pairs.map(rule)}).dropna(subset="class")
    missing = [name for name in classes if name not in set(labelled["class"])]
    if missing:
        raise ValueError(
            f"No subject of class {missing} is left from the cohorts {list(labels)}; "
            "see the study's `labels`, its exclusions.csv and the cohorts' "
            "problems.csv."
        )
    return labelled


def split(
    subjects: pd.DataFrame,
    *,
    kind: str,
    folds: int,
    test_share: float | None,
    validation_share: float,
    stratify: list[str],
    seed: int,
) -> pd.DataFrame:
    """Draw the roles of all patients in each fold.

    A patient's stratum is that of its first examination; all its examinations get the
    same role.

    Parameters
    ----------
    kind : ``hold_out``, ``folds`` draws of a test set, each by itself; ``k_fold``,
        ``folds`` test sets that share nobody and leave nobody out
    test_share : of the patients, in a hold-out; None in a k-fold
    validation_share : of the patients that are not tested
    stratify : columns whose shares the roles keep; none: drawn at random

    Returns
    -------
    columns subject, patient, class, source, fold, role; a row a subject and fold
    """
    patients = subjects.drop_duplicates("patient").reset_index(drop=True)
    strata = strata_of(patients, stratify)
    tests = draw_tests(strata, kind=kind, folds=folds, share=test_share, seed=seed)
    tables = []
    for fold, tested in enumerate(tests):
        roles = pd.Series("train", index=patients["patient"])
        roles.iloc[tested] = "test"
        if validation_share:
            rest = np.setdiff1d(np.arange(len(patients)), tested)
            seed_of_fold = seed + 1 + fold
            chosen = hold_out(strata.iloc[rest], validation_share, 1, seed_of_fold)
            roles.iloc[rest[next(chosen)]] = "validation"
        role = subjects["patient"].map(roles)
        tables.append(subjects.assign(fold=fold, role=role))
        _say_missing_classes(tables[-1], fold)
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def permute(subjects: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Permute the classes over the patients, so that nothing can be learnt of them.

    All examinations of a patient get the class that its first one got.
    """
    patients = subjects.drop_duplicates("patient")
    classes = np.random.default_rng(seed).permutation(
        patients["class"].to_numpy(object)
    )
    drawn = pd.Series(classes, patients["patient"])
    return subjects.assign(**{"class": subjects["patient"].map(drawn)})


def strata_of(patients: pd.DataFrame, stratify: list[str]) -> pd.Series:
    """Name each patient's stratum; without ``stratify`` there is but one."""
    if not stratify:
        return pd.Series("all", index=patients.index)
    return patients[stratify].agg(" | ".join, axis=1)


def draw_tests(
    strata: pd.Series, *, kind: str, folds: int, share: float | None, seed: int
) -> Iterator[np.ndarray]:
    """Yield the rows of each fold's test set."""
    if kind == "hold_out":
        yield from hold_out(strata, share, folds, seed)
        return
    _check_strata(strata, folds)
    splitter = StratifiedKFold(folds, shuffle=True, random_state=seed)
    for _, tested in splitter.split(strata, strata):
        yield tested


def hold_out(
    strata: pd.Series, share: float, folds: int, seed: int
) -> Iterator[np.ndarray]:
    """Yield, ``folds`` times, rows drawn within the strata."""
    # Rounded down, as the papers' 155 of 519 (A-08) and 177 of 591 (B-09) are.
    size = math.floor(share * len(strata) + 1e-9)
    _check_strata(strata, 2)
    if size < strata.nunique():
        raise ValueError(
            f"A share of {share} of {len(strata)} patients is {size}, too few for one "
            f"of each of the strata {sorted(strata.unique())}; enlarge `test_share` or "
            "`validation_share` of the study's `split`, or let `stratify` name less."
        )
    splitter = StratifiedShuffleSplit(folds, test_size=size, random_state=seed)
    for _, chosen in splitter.split(strata, strata):
        yield chosen


def _check_strata(strata: pd.Series, least: int) -> None:
    counts = strata.value_counts()
    if counts.min() < least:
        raise ValueError(
            f"The stratum {counts.idxmin()!r} has {counts.min()} of the patients to be "
            f"split, fewer than {least}, and cannot be in every set; the study's "
            "`split: stratify` must name less."
        )


def _say_missing_classes(table: pd.DataFrame, fold: int) -> None:
    classes = set(table["class"])
    for role, subjects in table.groupby("role"):
        missing = sorted(classes - set(subjects["class"]))
        if missing:
            logger.warning(
                "No %s subject of fold %d is of class %s, so that its scores are "
                "undefined there; `split: stratify: [class]` prevents it.",
                role,
                fold,
                " or ".join(missing),
            )


if __name__ == "__main__":
    log_to(snakemake.log[0])
    subjects = read_table(snakemake.input.subjects, "study_subjects")
    params = snakemake.params
    labelled = label(subjects, params.labels, params.classes)
    settings = dict(params.split)
    if settings.pop("permuted"):
        labelled = permute(labelled, settings["seed"])
    table = split(labelled, **settings)
    write_table(table, snakemake.output.splits, "splits")
