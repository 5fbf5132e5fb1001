"""UCSF-PDGM (Calabrese et al. 2022): folders `UCSF-PDGM-0004_nifti` and a table.

The table pads numbers to three digits, the folders to four. Six of its 501 examinations
are follow-ups; up to version 2 they went under numbers of their own, as if they were
other patients. Here an examination has the name of version 3 and later.
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

LAYOUT = "UCSF-PDGM-0004_nifti/UCSF-PDGM-0004_T1.nii.gz (or .nii) and so on"
CASE = r".*/UCSF-PDGM-\d+(_FU\w+)?_nifti"
TABLES = ("UCSF-PDGM-metadata_v*.csv", "UCSF-PDGM-metadata.csv")
FILES = {
    "t1": ["{case}_T1"],
    "t1ce": ["{case}_T1c"],
    "t2": ["{case}_T2"],
    "flair": ["{case}_FLAIR"],
    "mask": ["{case}_tumor_segmentation"],
}
LABELS = "1 2 4"
FOLLOW_UPS = {
    "0138": "0429_FU003d",
    "0175": "0396_FU175d",
    "0181": "0409_FU001d",
    "0278": "0431_FU001d",
    "0289": "0391_FU016d",
    "0315": "0433_FU007d",
}
COLUMNS = {
    "sex": "Sex",
    "age": "Age at MRI",
    "grade": "WHO CNS Grade",
    "idh": "IDH",
    "died": "1-dead 0-alive",
    "survival_days": "OS",
    "resection": "EOR",
    "other_ids": "BraTS21 ID",
}


def read(folder: Path, images: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the examinations of UCSF-PDGM, and the problems met."""
    table = newest_table(folder, *TABLES, case=CASE)
    facts = clinical_facts(table)
    if not images:
        return facts, problem_rows({}, left_out=False)
    cases = by_examination(find_cases(folder, CASE))
    return with_images(
        facts,
        cases,
        folder=folder,
        files=FILES,
        needed=list(FILES),
        labels=LABELS,
        table=table.name,
    )


def by_examination(cases: dict[str, Path]) -> dict[str, Path]:
    """Name case folders by their examinations, each of which may lie there once."""
    named = {}
    for name, case in cases.items():
        own = examination(name.removesuffix("_nifti"))
        if own in named:
            raise ValueError(
                f"{named[own]} and {case} are one examination, {own}, of two releases; "
                "keep one, or point the cohort's `folder` at it."
            )
        named[own] = case
    return named


def examination(given: str) -> str:
    """Give an examination's name: four digits, follow-ups under their patient."""
    number, *visit = given.removeprefix("UCSF-PDGM-").split("_")
    name = "_".join([number.zfill(4), *visit])
    return f"UCSF-PDGM-{FOLLOW_UPS.get(name, name)}"


def clinical_facts(path: Path) -> pd.DataFrame:
    """Read the table of the owners: one row an examination, the sheet's columns."""
    columns = ["ID", *COLUMNS.values()]
    words = read_words(path, columns=columns, missing=["unknown", "indeterminate"])
    words = by_name(words, words["ID"].map(examination), path)
    facts = words[list(COLUMNS.values())].set_axis(list(COLUMNS), axis=1)
    name = facts.index.to_series()
    dead = numbers(words["1-dead 0-alive"], path)
    # Some mutations are named, others only noted.
    mutant = facts["idh"].notna() & facts["idh"].ne("wildtype")
    return facts.assign(
        patient=name.str.split("_").str[0],
        site="UCSF",
        follow_up=name.str.contains("_FU"),
        age=numbers(words["Age at MRI"], path),
        survival_days=numbers(words["OS"], path),
        died=translate(dead, {1: True, 0: False}, path),
        idh=facts["idh"].mask(mutant, "mutant"),
        skull=False,
    )
