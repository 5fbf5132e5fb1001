"""A BIDS folder: `sub-01[/ses-01]/anat/sub-01[_ses-01]_T1w.nii.gz`, participants.tsv.

A T1w with the entity `ce` is the contrast-enhanced one. Masks end in `_dseg` or `_mask`
and say "tumor", "tumour", "lesion" or "glioma" in their `label` or `desc`; they lie
beside the images or in `derivatives`. Of a person's sessions the first by name is not a
follow-up. Columns of participants.tsv with names of the subject sheet are taken.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from regrade.cohorts.files import (
    NO_CASES,
    by_name,
    find_tables,
    read_words,
    translate,
    walk,
)
from regrade.cohorts.joining import problem_rows, typed

LAYOUT = "sub-01/anat/sub-01_T1w.nii.gz (or .nii), sub-01/ses-01/anat and so on"
NAME = re.compile(
    r"(?P<subject>sub-[A-Za-z0-9]+(_ses-[A-Za-z0-9]+)?)"
    r"(?P<entities>(_[a-z]+-[A-Za-z0-9+]+)*)"
    r"_(?P<suffix>T1w|T2w|FLAIR|dseg|mask)\.nii(\.gz)?"
)
TUMOUR = re.compile(r"_(label|desc)-[a-z0-9]*(tumou?r|lesion|glioma)", re.IGNORECASE)
IMAGES = {"T1w": "t1", "T2w": "t2", "FLAIR": "flair"}
# ASSUME: a segmentation has the labels of BraTS; a mask is that of the whole tumour.
LABELS = {"dseg": "1 2 4", "mask": "1"}
FACTS = ["age", "sex", "site", "grade", "survival_days", "died", "resection", "idh"]
FACTS += ["other_ids"]
SEX = {"m": "M", "male": "M", "f": "F", "female": "F"}


def read(folder: Path, images: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the examinations of a BIDS folder, and the problems met."""
    tables = find_tables(folder, "participants.tsv", case=NO_CASES)
    # Data derived from the folder's may have tables of their own, deeper down.
    tables = sorted(tables, key=lambda path: len(path.parts))
    people = read_people(tables[0]) if tables else pd.DataFrame()
    if not images:
        found = people.assign(patient=people.index, follow_up=False, skull=True)
        return found, problem_rows({}, left_out=False)
    scans, doubts = find_scans(folder)
    found = scans.join(people, on="patient").assign(
        follow_up=scans["patient"].duplicated(), skull=True
    )
    lost = people.index.difference(scans["patient"])
    lost = dict.fromkeys(lost, "There is a row in participants.tsv, but no image.")
    if tables:
        unlisted = scans.index[~scans["patient"].isin(people.index)]
        doubts |= dict.fromkeys(unlisted, "Its person has no row in participants.tsv.")
    problems = [problem_rows(lost, left_out=True), problem_rows(doubts, left_out=False)]
    return found, pd.concat(problems)


def read_people(path: Path) -> pd.DataFrame:
    """Read participants.tsv: one row a person, the columns the subject sheet knows."""
    words = read_words(path, columns=["participant_id"], missing=["n/a"])
    names = "sub-" + words["participant_id"].str.removeprefix("sub-")
    words = by_name(words, names, path)
    if "sex" in words:
        # BIDS allows "O", other; the sheet leaves that empty.
        sex = words["sex"].str.lower()
        words["sex"] = translate(sex.mask(sex.isin(["o", "other"])), SEX, path)
    return typed(words[[name for name in FACTS if name in words]], path)


def find_scans(folder: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """Give one row an examination: patient, images, mask, labels; and the doubts.

    Of several files for one place the raw ones come first, then segmentations, then the
    first by name.
    """
    best, doubts = {}, {}
    for subject, modality, rank, labels in candidates(folder):
        files = best.setdefault(subject, {})
        if modality in files and modality != "mask":
            doubts[subject] = f"It has more than one {modality}; one is taken by name."
        files[modality] = min(files.get(modality, (rank, labels)), (rank, labels))
    rows = {
        subject: {modality: rank[-1] for modality, (rank, _) in files.items()}
        | {"patient": subject.split("_")[0], "labels": files.get("mask", (0, None))[1]}
        for subject, files in sorted(best.items())
        if set(files) - {"mask"}
    }
    columns = ["patient", "t1", "t1ce", "t2", "flair", "mask", "labels"]
    scans = pd.DataFrame(list(rows.values()), index=list(rows), columns=columns)
    return scans, {subject: doubts[subject] for subject in doubts if subject in rows}


def candidates(folder: Path) -> Iterator[tuple[str, str, tuple, str | None]]:
    """Yield the examination, modality, rank (with path) and labels of each image."""
    for place, _, files in walk(folder, NO_CASES):
        here = place.relative_to(folder)
        derived = not {"derivatives", "sourcedata"}.isdisjoint(here.parts)
        # Of an image that lies there compressed and not, one is enough.
        names = set(files)
        once = sorted(file for file in names if f"{file}.gz" not in names)
        for name in filter(None, map(NAME.fullmatch, once)):
            labels = LABELS.get(name["suffix"])
            rank = (derived, name["suffix"] == "mask", (here / name[0]).as_posix())
            if labels and TUMOUR.search(name["entities"]):
                yield name["subject"], "mask", rank, labels
            elif labels is None and place.name == "anat" and not derived:
                enhanced = name["suffix"] == "T1w" and "_ce-" in name["entities"]
                modality = "t1ce" if enhanced else IMAGES[name["suffix"]]
                yield name["subject"], modality, rank, None
