"""UTSW-Glioma: folders `BT0001` and UTSW_Glioma_Metadata-2-1.tsv, WHO grades 2 to 4.

ASSUME: the layout is known from others' code only, so names are taken leniently: the
registered images (`_ants`) before others, a corrected mask before an automatic one. The
mask `tumorseg_manual_correction`, which is on another grid, is not taken.
"""

from pathlib import Path

import pandas as pd

from regrade.cohorts.files import (
    by_name,
    find_cases,
    newest_table,
    numbers,
    read_words,
    translate,
)
from regrade.cohorts.joining import problem_rows, with_images

LAYOUT = "BT0001/brain_t1_ants.nii.gz (or brain_t1.nii.gz) and so on"
CASE = r".*/BT\d{4}"
FILES = {
    "t1": ["brain_t1_ants", "brain_t1"],
    "t1ce": ["brain_t1ce_ants", "brain_t1ce"],
    "t2": ["brain_t2_ants", "brain_t2"],
    "flair": ["brain_fl_ants", "brain_flair_ants", "brain_fl", "brain_flair"],
    "mask": ["rtumorseg_manual_correction", "tumorseg_FeTS"],
}
LABELS = "1 2 4"
MISSING = ["NA", "N/A", "n/a", "nan", "None", "unknown", "Unknown"]
SEX = {"m": "M", "male": "M", "f": "F", "female": "F"}
IDH = {
    "wild type": "wildtype",
    "wildtype": "wildtype",
    "wt": "wildtype",
    "mutated": "mutant",
    "mutant": "mutant",
    "mut": "mutant",
}


def read(folder: Path, images: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the subjects of UTSW-Glioma, and the problems met."""
    table = newest_table(folder, "UTSW_Glioma_Metadata*.tsv", case=CASE)
    facts = clinical_facts(table)
    if not images:
        return facts, problem_rows({}, left_out=False)
    return with_images(
        facts,
        find_cases(folder, CASE),
        folder=folder,
        files=FILES,
        needed=list(FILES),
        labels=LABELS,
        table=table.name,
    )


def clinical_facts(path: Path) -> pd.DataFrame:
    """Read the metadata table: one row a subject, the sheet's columns."""
    words = read_words(path, columns=["Subject ID", "Tumor Grade"], missing=MISSING)
    words = by_name(words, words["Subject ID"], path)
    optional = ["Age at Imaging", "Sex at birth", "IDH"]
    words = words.reindex(columns=["Tumor Grade", *optional])
    grade = numbers(words["Tumor Grade"], path).astype("Int64").astype("string")
    return pd.DataFrame(
        {
            "patient": words.index,
            "site": "UTSW",
            "follow_up": False,
            "grade": grade,
            "sex": translate(words["Sex at birth"].str.lower(), SEX, path),
            "age": numbers(words["Age at Imaging"], path),
            "idh": translate(words["IDH"].str.lower(), IDH, path),
            "skull": False,
        },
        index=words.index,
    )
