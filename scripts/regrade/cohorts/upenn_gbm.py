"""UPENN-GBM (Bakas et al. 2022): scans `UPENN-GBM-00001_11`, all of WHO grade 4.

`_11` is the scan before the first operation, `_21` a follow-up. The images without
skull are taken, or else those with; masks lie in folders of their own, and an expert's
is preferred to an automatic one. Follow-ups have none.
"""

import re
from pathlib import Path

import pandas as pd

from regrade.cohorts.files import (
    by_name,
    find_cases,
    images_of,
    newest_table,
    numbers,
    read_words,
    translate,
    walk,
)
from regrade.cohorts.joining import join_images, problem_rows

LAYOUT = "images_structural/UPENN-GBM-00001_11/UPENN-GBM-00001_11_T1.nii.gz and so on"
SCAN = r"UPENN-GBM-\d{5}_(11|21)"
CASE = rf"(.*/)?images_\w+/{SCAN}"
# Folders of the images, whether they show the skull, and how their names end.
KINDS = {
    "images_structural": (False, ""),
    "images_structural_unstripped": (True, "_unstripped"),
}
SUFFIXES = {"t1": "T1", "t1ce": "T1GD", "t2": "T2", "flair": "FLAIR"}
MASK = re.compile(rf"(?P<scan>{SCAN})(?P<auto>_automated_approx)?_segm\.nii(\.gz)?")
LABELS = "1 2 4"
MISSING = ["Not Available", "Not Applicable", "Indeterminate", "NOS/NEC"]
SURVIVAL = {
    "Survival_Status": "status",
    "Survival_from_surgery_days_UPDATED": "death",
    "Survival_Censor": "censored",
}
COLUMNS = ["ID", "Gender", "Age_at_scan_years", "IDH1", "GTR_over90percent", *SURVIVAL]
DIED = {
    "Deceased": True,
    "Alive": False,
    "Lost to Follow-up": False,
    "Deceased - uncertain date of death": None,
}


def read(folder: Path, images: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the scans of UPENN-GBM, and the problems met."""
    table = newest_table(folder, "UPENN-GBM_clinical_info*.csv", case=CASE)
    facts, doubts = clinical_facts(table)
    if not images:
        return facts, problem_rows(doubts, left_out=False)
    addresses, faults, skull = find_images(folder)
    found, problems = join_images(
        facts.assign(skull=skull), addresses, faults, labels=LABELS, table=table.name
    )
    notes = problem_rows(doubts, left_out=False)
    return found, pd.concat([problems, notes[notes["subject"].isin(found.index)]])


def find_images(folder: Path) -> tuple[dict[str, dict], dict[str, str], bool]:
    """Give images and mask of each scan, why others lack some, and if skulls show."""
    cases, skull, ending = find_scans(folder)
    files = {name: [f"{{case}}_{word}{ending}"] for name, word in SUFFIXES.items()}
    masks, addresses, faults = find_masks(folder), {}, {}
    for scan, case in cases.items():
        names, fault = images_of(case, files, list(files))
        if fault is None and scan not in masks and scan.endswith("_11"):
            fault = "The scan lacks its mask."
        if fault:
            faults[scan] = fault
            continue
        place = case.relative_to(folder)
        addresses[scan] = {m: (place / name).as_posix() for m, name in names.items()}
        addresses[scan]["mask"] = masks.get(scan)
    return addresses, faults, skull


def find_scans(folder: Path) -> tuple[dict[str, Path], bool, str]:
    """Give the case folders without skull, or else those with; and which they are."""
    for kind, (skull, ending) in KINDS.items():
        cases = find_cases(folder, rf"(.*/)?{kind}/{SCAN}")
        if cases:
            return cases, skull, ending
    return {}, False, ""


def find_masks(folder: Path) -> dict[str, str]:
    """Give the path of each scan's mask: the expert's, else the automatic one."""
    masks = {}
    for place, _, files in walk(folder, CASE):
        for mask in filter(None, map(MASK.fullmatch, files)):
            if mask["scan"] not in masks or not mask["auto"]:
                path = (place / mask[0]).relative_to(folder)
                masks[mask["scan"]] = path.as_posix()
    return masks


def clinical_facts(path: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """Read the clinical table, one row a scan; and the doubts about its patients."""
    words = read_words(path, columns=COLUMNS, missing=MISSING)
    words = by_name(words, words["ID"], path).rename(columns=SURVIVAL)
    name = pd.Series(words.index, words.index, dtype="string")
    follow_up = name.str.endswith("_21")
    died = translate(words["status"], DIED, path).astype("boolean").mask(follow_up)
    days = words["death"].where(died.fillna(False), words["censored"].where(~died))
    facts = pd.DataFrame(
        {
            "patient": name.str.split("_").str[0],
            "site": "UPENN",
            "follow_up": follow_up,
            "grade": "4",
            "sex": words["Gender"],
            "age": numbers(words["Age_at_scan_years"], path),
            # Of a follow-up it is counted from that scan on.
            "survival_days": numbers(days.rename("Survival"), path),
            "died": died,
            # ASSUME: over 90 percent is what the others call gross total.
            "resection": words["GTR_over90percent"].map({"Y": "GTR"}),
            "idh": translate(
                words["IDH1"], {"Wildtype": "wildtype", "Mutated": "mutant"}, path
            ),
            "skull": False,
        }
    )
    unsure = words.index[words["status"].eq("Deceased - uncertain date of death")]
    return facts, dict.fromkeys(unsure, "The date of death is uncertain.")
