"""Choose a study's subjects from the cohorts' sheets and give them their classes."""

import logging

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from regrade.logs import log_to
from regrade.tables import read_table, write_table

logger = logging.getLogger("regrade")


def label(sheet: pd.DataFrame, classes: dict[str, str]) -> pd.DataFrame:
    """Keep first examinations whose grade the label rule names; add their ``class``."""
    first = sheet[~sheet["follow_up"].astype(bool)]
    named = first[first["grade"].isin(list(classes))]
    return named.assign(**{"class": named["grade"].map(classes)})


def draw(sheet: pd.DataFrame, sample: int | None, seed: int) -> pd.DataFrame:
    """Draw ``sample`` subjects at random, in the sheet's order (B-02); None: all."""
    if sample is None or sample >= len(sheet):
        return sheet
    rows = np.random.default_rng(seed).choice(len(sheet), sample, replace=False)
    return sheet.iloc[np.sort(rows)]


def link_patients(subjects: pd.DataFrame) -> pd.Series:
    """Give one patient name to all rows that share a name, another id or their voxels.

    The same person appears in several editions of BraTS, in TCGA and in UCSF-PDGM
    under other names.
    """
    known = subjects[["patient", "other_ids", "content"]].fillna("")
    names = [
        {row.patient, *row.other_ids.split(), row.content} - {""}
        for row in known.itertuples()
    ]
    codes, _ = pd.factorize(np.array([name for row in names for name in row], object))
    rows = np.repeat(np.arange(len(names)), [len(row) for row in names])
    size = len(names) + len(codes)
    links = coo_array((np.ones(len(codes)), (rows, len(names) + codes)), (size, size))
    _, group = connected_components(links, directed=False)
    return subjects["patient"].groupby(group[: len(names)]).transform("first")


def select(sheets: dict, cohorts: dict, *, classes: list, seed: int) -> pd.DataFrame:
    """Label, draw and join the cohorts; every class must be there.

    Parameters
    ----------
    sheets : subject sheet of each cohort
    cohorts : label rule (``classes``) and ``sample`` of each cohort
    """
    chosen = []
    for name, rule in cohorts.items():
        sheet = draw(label(sheets[name], rule["classes"]), rule.get("sample"), seed)
        chosen.append(sheet.assign(source=name))
        logger.info("%s: %d of %d subjects", name, len(sheet), len(sheets[name]))
    subjects = pd.concat(chosen, ignore_index=True)
    missing = [name for name in classes if name not in set(subjects["class"])]
    if missing:
        raise ValueError(
            f"No subject of class {missing} is left from the cohorts {list(cohorts)}; "
            "see the study's `cohorts: classes` and the cohorts' problems.csv."
        )
    return subjects.assign(patient=link_patients(subjects))


if __name__ == "__main__":
    log_to(snakemake.log[0])
    params = snakemake.params
    sheets = {
        name: read_table(path, "subjects")
        for name, path in zip(params.cohorts, snakemake.input.sheets, strict=True)
    }
    subjects = select(sheets, params.cohorts, classes=params.classes, seed=params.seed)
    columns = ["subject", "patient", "cohort", "source", "class", "skull"]
    columns += ["t1", "t1ce", "t2", "flair", "mask"]
    write_table(subjects[columns], snakemake.output.subjects, "study_subjects")
