"""BraTS 2019 training: folders HGG and LGG, name_mapping.csv, survival_data.csv.

Case names as `BraTS19_TCIA01_425_1`. The folder gives the grade; "LGG" is WHO grade 2
or 3, "HGG" grade 4.
"""

from pathlib import Path

import pandas as pd

from regrade.cohorts.brats import (
    IMAGES,
    LABELS,
    clinical_facts,
    read_mapping,
    read_survival,
)
from regrade.cohorts.files import find_cases, find_table
from regrade.cohorts.joining import problem_rows, with_images

LAYOUT = "HGG/BraTS19_*/BraTS19_*_t1.nii.gz (or .nii), and the same below LGG"
CASE = r"(.*/)?(HGG|LGG)/BraTS19_\w+"
FILES = {**IMAGES, "mask": ["{case}_seg"]}


def read(folder: Path, images: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the subjects of BraTS 2019, and the problems met."""
    mapping, table = read_mapping(folder, "2019", CASE)
    survival = read_survival(
        find_table(folder, "survival_data.csv", case=CASE),
        subject="BraTS19ID",
        age="Age",
        survival="Survival",
        resection="ResectionStatus",
    )
    if not images:
        return clinical_facts(mapping, survival), problem_rows({}, left_out=False)

    cases = find_cases(folder, CASE)
    mapping, doubts = graded_by_folder(mapping, cases, table)
    found, problems = with_images(
        clinical_facts(mapping, survival),
        cases,
        folder=folder,
        files=FILES,
        needed=list(FILES),
        labels=LABELS,
        table=table.name,
    )
    return found, pd.concat([problems, doubts[doubts["subject"].isin(found.index)]])


def graded_by_folder(
    mapping: pd.DataFrame, cases: dict[str, Path], table: Path
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Take each case's grade from its folder, and note where the table differs."""
    folders = {name: case.parent.name for name, case in cases.items()}
    folders = pd.Series(folders, dtype="string")
    doubts = {}
    for name, grade in mapping["Grade"].reindex(folders.index).items():
        if pd.isna(grade):
            doubts[name] = f"It has no row in {table.name}."
        elif grade != folders[name]:
            doubts[name] = f"{table.name} says {grade}, its folder {folders[name]}."
    mapping = mapping.reindex(mapping.index.union(folders.index))
    mapping["Grade"] = folders.reindex(mapping.index).fillna(mapping["Grade"])
    own = "BraTS_2019_subject_ID"
    mapping[own] = mapping[own].fillna(mapping.index.to_series())
    return mapping, problem_rows(doubts, left_out=False)
