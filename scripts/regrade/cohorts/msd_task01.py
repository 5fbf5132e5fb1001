"""Task01_BrainTumour of the Medical Segmentation Decathlon: four contrasts in one file.

The cases are of BraTS 2016 and 2017 under scrambled names, so no id tells who is in
another cohort too. There is no grade. `imagesTs` has no masks and is not read.
"""

import json
from pathlib import Path

import pandas as pd

from regrade.cohorts.files import NO_CASES, find_table, image_among, walk
from regrade.cohorts.joining import join_images, problem_rows

LAYOUT = "dataset.json, imagesTr/BRATS_001.nii.gz and labelsTr/BRATS_001.nii.gz"
# The volumes of an image, from 1, by their names in dataset.json.
VOLUMES = {"FLAIR": 1, "T1w": 2, "t1gd": 3, "T2w": 4}
CONTRASTS = {"t1": "T1w", "t1ce": "t1gd", "t2": "T2w", "flair": "FLAIR"}
LABELS = "2 1 3"


def read(folder: Path, images: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the training cases of Task01, and the problems met."""
    table = find_table(folder, "dataset.json", case=NO_CASES)
    names = read_listing(table)
    facts = pd.DataFrame(
        {"patient": names, "follow_up": False, "skull": False},
        index=pd.Index(names, name="subject"),
    )
    if not images:
        return facts, problem_rows({}, left_out=False)
    addresses, faults = find_images(folder, names)
    return join_images(facts, addresses, faults, labels=LABELS, table=table.name)


def read_listing(path: Path) -> list[str]:
    """Give the training cases that dataset.json names, and check its volumes."""
    about = json.loads(path.read_text(encoding="utf-8-sig"))
    lacking = [key for key in ("modality", "training") if key not in about]
    if lacking:
        raise ValueError(f"{path} lacks {lacking}; it has {list(about)}.")
    volumes = {name: int(index) + 1 for index, name in about["modality"].items()}
    if volumes != VOLUMES:
        raise ValueError(f"{path} numbers its volumes {volumes}, not {VOLUMES}.")
    files = {Path(row["image"]).name for row in about["training"]}
    return sorted(file.removesuffix(".gz").removesuffix(".nii") for file in files)


def find_images(
    folder: Path, names: list[str]
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """Give the contrasts and mask of each case, or say what it lacks."""
    places = {
        place.name: (place.relative_to(folder), set(files))
        for place, _, files in walk(folder, NO_CASES)
        if place.name in ("imagesTr", "labelsTr")
    }
    addresses, faults = {}, {}
    for name in names:
        image = address_in(*places.get("imagesTr", (Path(), set())), name)
        mask = address_in(*places.get("labelsTr", (Path(), set())), name)
        if image and mask:
            contrasts = {c: f"{image},{VOLUMES[word]}" for c, word in CONTRASTS.items()}
            addresses[name] = {**contrasts, "mask": mask}
        else:
            lacking = "labelsTr" if image else "imagesTr"
            faults[name] = f"dataset.json names it, but {lacking} lacks it."
    return addresses, faults


def address_in(place: Path, files: set[str], name: str) -> str | None:
    """Give the path of a case's file in a folder, if it lies there whole."""
    file = image_among(files, [name])
    return file and (place / file).as_posix()
