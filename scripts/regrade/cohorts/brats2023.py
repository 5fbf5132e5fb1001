"""BraTS 2023 adult glioma (GLI) training: `BraTS-GLI-00000-000` case folders.

The patients are those of BraTS 2021 under the same numbers; the last part of a name
counts a patient's examinations from 000. Enhancing tumour is 3 in the masks. There are
no grades. ``BraTS2023_2017_GLI_Mapping.xlsx`` has collections and older names, and is
used where it is.
"""

from pathlib import Path

import pandas as pd

from regrade.cohorts.brats import TRAINING, grade_of, read_editions
from regrade.cohorts.files import find_cases
from regrade.cohorts.joining import with_images

LAYOUT = "BraTS-GLI-00000-000/BraTS-GLI-00000-000-t1n.nii.gz (or .nii) and so on"
# The cases after treatment, of 2024, have examinations from 100 on.
CASE = rf"{TRAINING}.*/BraTS-GLI-\d{{5}}-0\d\d"
FILES = {
    "t1": ["{case}-t1n"],
    "t1ce": ["{case}-t1c"],
    "t2": ["{case}-t2w"],
    "flair": ["{case}-t2f"],
    "mask": ["{case}-seg"],
}
LABELS = "1 2 3"
TABLE = "BraTS2023_2017_GLI_Mapping"


def read(folder: Path, images: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the subjects of BraTS 2023, and the problems met."""
    if not images:
        raise ValueError("BraTS 2023 has no clinical table; without images it is none.")
    cases = find_cases(folder, CASE)
    names = (f"{TABLE}.xlsx", f"{TABLE}.csv")
    editions = read_editions(folder, *names, own="BraTS2023", case=CASE)
    return with_images(
        clinical_facts(list(cases), editions),
        cases,
        folder=folder,
        files=FILES,
        needed=list(FILES),
        labels=LABELS,
        table=TABLE,
    )


def clinical_facts(names: list[str], editions: pd.DataFrame) -> pd.DataFrame:
    """Give the columns of the subject sheet that a case's names tell."""
    name = pd.Series(names, names, dtype="string")
    parts = name.str.extract(r"^(?P<patient>BraTS-GLI-(?P<number>\d+))-(?P<visit>\d+)$")
    known = editions.reindex(name.index)
    return pd.DataFrame(
        {
            "patient": parts["patient"],
            "site": known["collection"],
            "follow_up": parts["visit"].ne("000"),
            "grade": grade_of(known["collection"]),
            "other_ids": known["other_ids"].fillna("BraTS2021_" + parts["number"]),
            "skull": False,
        }
    )
