"""IXI: heads `IXI012-HH-1211-T1.nii.gz` and the demographic table IXI.xls (or .csv).

The table lists volunteers, not scans: a row without a head is no problem. Of a repeated
person one row may be zeroed; 0 means "not known" throughout.
"""

import re
from pathlib import Path

import pandas as pd

from regrade.cohorts.files import find_table, numbers, read_words, translate
from regrade.cohorts.sheet import problem_rows

LAYOUT = "IXI002-Guys-0828-T1.nii.gz (or .nii) and so on, or a folder IXI-T1 of them"
HEAD = re.compile(
    r"(?P<subject>(?P<patient>IXI\d+)-(?P<site>Guys|HH|IOP)-\d+)-T1\.nii(\.gz)?"
    r"(?P<unfinished>\.partial|\.aspera-ckpt)?"
)
SEX = "SEX_ID (1=m, 2=f)"


def read(folder: Path, images: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the healthy heads of IXI, and the problems met."""
    people, table, doubts = read_people(folder)
    if images:
        heads, unfinished = find_heads(folder)
    else:
        heads, unfinished = pd.DataFrame({"patient": people.index}, people.index), {}
    found = heads.join(people, on="patient").assign(
        follow_up=heads["patient"].duplicated(), grade="healthy", skull=True
    )
    unlisted = set(heads["patient"]) - set(people.index)
    doubts |= dict.fromkeys(unlisted, f"Its person has no row in {table.name}.")
    doubtful = {head: doubts[p] for head, p in heads["patient"].items() if p in doubts}
    problems = [
        problem_rows(unfinished, left_out=True),
        problem_rows(doubtful, left_out=False),
    ]
    return found, pd.concat(problems)


def find_heads(folder: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """Find the T1 images in the folder itself or else in a folder IXI-T1 within.

    Returns
    -------
    one row a head: patient, site, t1; and the heads whose download did not end
    """
    rows, unfinished = {}, {}
    for path in head_files(folder):
        head = HEAD.fullmatch(path.name)
        if head["unfinished"]:
            unfinished[head["subject"]] = f"An unfinished download left {path.name}."
        # A compressed copy of a head comes after one that is not, and replaces it.
        rows[head["subject"]] = {
            "patient": head["patient"],
            "site": head["site"],
            "t1": path.relative_to(folder).as_posix(),
        }
    columns = ["patient", "site", "t1"]
    heads = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
    return heads.drop(index=list(unfinished)), unfinished


def head_files(folder: Path) -> list[Path]:
    """Give the files with the names of heads, in the first place that has any."""
    for pattern in ("IXI*", "**/IXI-T1/IXI*"):
        paths = [path for path in folder.glob(pattern) if HEAD.fullmatch(path.name)]
        if paths:
            return sorted(paths)
    return []


def read_people(folder: Path) -> tuple[pd.DataFrame, Path, dict[str, str]]:
    """Read age and sex, one row a person, and say where a person's rows disagree."""
    path = find_table(folder, "IXI.xls", "IXI.csv")
    words = read_words(path, columns=["IXI_ID", SEX, "AGE"], missing=["0", "0.0"])
    rows = pd.DataFrame(
        {
            "sex": translate(numbers(words[SEX], path), {1: "M", 2: "F"}, path),
            "age": numbers(words["AGE"], path),
        }
    )
    persons = rows.groupby("IXI" + words["IXI_ID"].str.zfill(3))
    differ = persons.nunique() > 1
    doubts = {
        person: f"The rows in {path.name} disagree on {', '.join(differ.columns[row])}."
        for person, row in zip(differ.index, differ.to_numpy(), strict=True)
        if row.any()
    }
    return persons.first().mask(differ), path, doubts
