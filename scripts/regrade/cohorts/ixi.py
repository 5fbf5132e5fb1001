"""IXI: heads `IXI012-HH-1211-T1.nii.gz` and the demographic table IXI.xls (or .csv).

The table lists volunteers, not scans: a row without a head is no problem. Of a repeated
person one row may be zeroed; 0 means "not known" throughout.
"""

import re
from pathlib import Path

import pandas as pd

from regrade.cohorts.files import (
    NO_CASES,
    find_table,
    image_among,
    numbers,
    read_words,
    translate,
    walk,
)
from regrade.cohorts.joining import problem_rows

LAYOUT = "IXI002-Guys-0828-T1.nii.gz (or .nii) and so on, or a folder IXI-T1 of them"
HEAD = re.compile(
    r"(?P<subject>(?P<patient>IXI\d+)-(?P<site>Guys|HH|IOP)-\d+)-T1\.nii(\.gz)?"
    r"(\.partial|\.aspera-ckpt)*"
)
ARCHIVE = "IXI-T1.tar"
SEX = "SEX_ID (1=m, 2=f)"


def read(folder: Path, images: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the healthy heads of IXI, and the problems met."""
    heads, unfinished = find_heads(folder) if images else (None, {})
    people, table, doubts = read_people(folder)
    if heads is None:
        heads = pd.DataFrame({"patient": people.index}, people.index)
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
    place, files = folder_of_heads(folder)
    rows, unfinished = {}, {}
    for head in sorted(filter(None, map(HEAD.fullmatch, files)), key=lambda h: h[0]):
        image = image_among(files, [f"{head['subject']}-T1"])
        if image is None:
            unfinished[head["subject"]] = f"An unfinished download left {head[0]}."
        else:
            t1 = (place.relative_to(folder) / image).as_posix()
            rows[head["subject"]] = {**head.groupdict(), "t1": t1}
    columns = ["patient", "site", "t1"]
    heads = pd.DataFrame(list(rows.values()), index=list(rows), columns=columns)
    return heads, unfinished


def folder_of_heads(folder: Path) -> tuple[Path, set[str]]:
    """Give the first folder that holds heads, and the names of its files."""
    archives = []
    for place, _, files in walk(folder, NO_CASES):
        here = place == folder or place.name == "IXI-T1"
        if here and any(map(HEAD.fullmatch, files)):
            return place, set(files)
        archives += [place / file for file in files if file == ARCHIVE]
    if archives:
        raise ValueError(
            f"{archives[0]} is there, but no heads are: make the archive itself the "
            "cohort's `folder`, or run `snakemake fetch`, which unpacks it."
        )
    return folder, set()


def read_people(folder: Path) -> tuple[pd.DataFrame, Path, dict[str, str]]:
    """Read age and sex, one row a person, and say where a person's rows disagree."""
    path = find_table(folder, "IXI.xls", "IXI.csv", case=NO_CASES)
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
