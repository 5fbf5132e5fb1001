"""Give a study's subjects their classes and, fold by fold, their roles (A-08, B-09)."""

import math
from collections.abc import Mapping, Sequence

import pandas as pd
from sklearn.model_selection import StratifiedShuffleSplit

from regrade.logs import log_to
from regrade.tables import read_table, write_table


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
    subjects: pd.DataFrame, *, folds: int, test_share: float, stratify: list, seed: int
) -> pd.DataFrame:
    """Draw ``folds`` repeated hold-outs of patients, stratified.

    A patient's stratum is that of its first examination; all its examinations get the
    same role.

    Returns
    -------
    columns subject, patient, class, source, fold, role; a row a subject and fold
    """
    patients = subjects.drop_duplicates("patient").reset_index(drop=True)
    strata = patients[stratify].agg(" | ".join, axis=1)
    _check_strata(strata)
    # Rounded down, as the papers' 155 of 519 (A-08) and 177 of 591 (B-09) are.
    tested = math.floor(test_share * len(patients) + 1e-9)
    splitter = StratifiedShuffleSplit(folds, test_size=tested, random_state=seed)
    tables = []
    for fold, (_, test) in enumerate(splitter.split(patients, strata)):
        held_out = subjects["patient"].isin(patients.loc[test, "patient"])
        role = held_out.map({True: "test", False: "train"})
        tables.append(subjects.assign(fold=fold, role=role))
    columns = ["subject", "patient", "class", "source", "fold", "role"]
    return pd.concat(tables, ignore_index=True)[columns]


def _check_strata(strata: pd.Series) -> None:
    counts = strata.value_counts()
    if counts.min() < 2:
        raise ValueError(
            f"Only one patient is in the stratum {counts.idxmin()!r}, so that it "
            "cannot be in both roles; the study's `split: stratify` must name less."
        )


if __name__ == "__main__":
    log_to(snakemake.log[0])
    subjects = read_table(snakemake.input.subjects, "study_subjects")
    params = snakemake.params
    labelled = label(subjects, params.labels, params.classes)
    table = split(labelled, **params.split)
    write_table(table, snakemake.output.splits, "splits")
