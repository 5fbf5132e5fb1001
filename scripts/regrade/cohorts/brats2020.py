"""BraTS 2020 training: case folders side by side, name_mapping.csv, survival_info.csv.

Case names as `BraTS20_Training_001`. The table gives the grade; "LGG" is WHO grade 2 or
3, "HGG" grade 4.
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

LAYOUT = "BraTS20_Training_001/BraTS20_Training_001_t1.nii.gz (or .nii) and so on"
CASE = r".*/BraTS20_Training_\d+"
# The mask of case 355 was published under the name of its first processing.
FILES = {**IMAGES, "mask": ["{case}_seg", "W39_1998.09.19_Segm"]}


def read(folder: Path, images: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the subjects of BraTS 2020, and the problems met."""
    mapping, table = read_mapping(folder, "2020", CASE)
    survival = read_survival(
        find_table(folder, "survival_info.csv", case=CASE),
        subject="Brats20ID",
        age="Age",
        survival="Survival_days",
        resection="Extent_of_Resection",
    )
    facts = clinical_facts(mapping, survival)
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
