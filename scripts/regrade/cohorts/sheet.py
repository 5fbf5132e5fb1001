"""A cohort of one's own: `subjects.csv` with columns of the schema `found`.

Columns may stand in any order. Needed are `subject` and, with images, at least one of
them. Where a column is missing, or a cell empty, a patient is named as the subject, an
examination is no follow-up, and the labels of a mask are those of BraTS. `skull` must
be given here or in config.yaml. Paths are relative to the cohort's folder.
"""

from pathlib import Path

import pandas as pd

from regrade.addresses import split_address
from regrade.cohorts.files import by_name, read_words
from regrade.cohorts.joining import problem_rows, typed
from regrade.tables import check_table, load_schema

LAYOUT = "subjects.csv, with at least the columns subject and t1, t1ce, t2 or flair"
IMAGES = ["t1", "t1ce", "t2", "flair"]
LABELS = "1 2 4"


def read(folder: Path, images: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the subjects of the user's own sheet, and the problems met."""
    path = folder / "subjects.csv"
    if not path.is_file():
        raise ValueError(f"There is no {path}; the reader `sheet` takes that file.")
    table = read_sheet(path)
    if not images:
        kept = table.drop(columns=[*IMAGES, "mask", "labels"], errors="ignore")
        return kept, problem_rows({}, left_out=False)
    if table.reindex(columns=IMAGES).isna().all(axis=None):
        raise ValueError(f"{path} names no image; one of the columns {IMAGES} must.")
    table["labels"] = labels_of(table)
    faults = faults_of(table, folder)
    found = table[~table.index.isin(list(faults))]
    return found, problem_rows(faults, left_out=True)


def read_sheet(path: Path) -> pd.DataFrame:
    """Read the user's sheet, check it against the schema `found`, fill in the gaps."""
    schema = load_schema("found")
    words = read_words(path, columns=["subject"], missing=["NA", "n/a"])
    unknown = [column for column in words if column not in schema["columns"]]
    if unknown:
        known = list(schema["columns"])
        raise ValueError(f"{path} has the columns {unknown}; known are {known}.")
    if words["subject"].isna().any():
        raise ValueError(f"{path}: column subject has empty cells.")
    odd = words["subject"][words["subject"].str.contains(r"^\.|[/\\]")]
    if len(odd):
        raise ValueError(
            f"{path} has the subject {odd.iloc[0]!r}; it names files, so that it must "
            "hold no slash and begin with no dot."
        )
    table = typed(words, path)
    table["patient"] = table.get("patient", words["subject"]).fillna(words["subject"])
    never = pd.Series(False, table.index, dtype="boolean")
    table["follow_up"] = table.get("follow_up", never).fillna(False)
    rules = {name: {**schema["columns"][name], "empty": True} for name in table}
    check_table(table, {"key": ["subject"], "columns": rules}, str(path))
    return by_name(table, table["subject"], path).drop(columns="subject")


def labels_of(table: pd.DataFrame) -> pd.Series:
    """Give the mask's labels as the sheet says, or else as in BraTS."""
    masks = table.reindex(columns=["mask", "labels"]).astype("string")
    return masks["labels"].fillna(LABELS).where(masks["mask"].notna())


def faults_of(table: pd.DataFrame, folder: Path) -> dict[str, str]:
    """Say of which subjects a file is not there, or none is named."""
    given = [name for name in (*IMAGES, "mask") if name in table]
    faults = {}
    for subject, row in table[given].iterrows():
        paths = row.dropna()
        lost = [p for p in paths if not split_address(folder / p)[0].is_file()]
        if lost:
            faults[subject] = f"There is no file {', '.join(lost)}."
        elif paths.index.difference(["mask"]).empty:
            faults[subject] = "Its row names no image."
    return faults
