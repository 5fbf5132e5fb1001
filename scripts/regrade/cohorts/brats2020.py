"""BraTS 2020 training: case folders side by side, name_mapping.csv, survival_info.csv.

Case names as `BraTS20_Training_001`. The table gives the grade; "LGG" is WHO grade 2 or
3, "HGG" grade 4.
"""

from pathlib import Path

import pandas as pd

from regrade.cohorts.brats import IMAGES, clinical_facts, read_mapping, read_survival
from regrade.cohorts.files import find_cases
from regrade.cohorts.sheet import problem_rows, with_images

LAYOUT = "BraTS20_Training_001/BraTS20_Training_001_t1.nii.gz (or .nii) and so on"
# The mask of case 355 was published under the name of its first processing.
FILES = {**IMAGES, "mask": ["{case}_seg", "W39_1998.09.19_Segm"]}


def read(folder: Path, images: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the subjects of BraTS 2020, and the problems met."""
    mapping, table = read_mapping(folder, "2020")
    survival = read_survival(
        folder,
        "survival_info.csv",
        subject="Brats20ID",
        age="Age",
        survival="Survival_days",
        resection="Extent_of_Resection",
    )
    facts = clinical_facts(mapping, survival, edition="2020")
    if not images:
        return facts, problem_rows({}, left_out=False)
    cases = find_cases(folder, r".*/BraTS20_Training_\d+")
    return with_images(facts, cases, folder=folder, files=FILES, table=table)
