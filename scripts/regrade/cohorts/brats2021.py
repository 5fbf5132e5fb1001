"""BraTS 2021 training (RSNA-ASNR-MICCAI): case folders, sorted by collection or not.

Case names as `BraTS2021_00000`. It has no grades; those collections that hold one grade
alone give it. Two tables are used where they are: ``BraTS2021_MappingToTCIA.xlsx`` has
collection and name of a case in TCIA, ``BraTS21-17_Mapping.csv`` its older names.
"""

import re
from pathlib import Path

import pandas as pd

from regrade.cohorts.brats import IMAGES, LABELS, TRAINING, grade_of, read_editions
from regrade.cohorts.files import by_name, find_cases, find_tables, read_words
from regrade.cohorts.joining import joined_words, problem_rows, with_images
from regrade.cohorts.ucsf_pdgm import examination

LAYOUT = "BraTS2021_00000/BraTS2021_00000_t1.nii.gz (or .nii) and so on"
CASE = rf"{TRAINING}.*/BraTS2021_\d{{5}}"
FILES = {**IMAGES, "mask": ["{case}_seg"]}
EDITIONS = ("BraTS21-17_Mapping.csv", "BraTS21-17_Mapping.xlsx")
TCIA = "BraTS2021_MappingToTCIA.xlsx"
COLUMNS = {
    "BraTS2021 ID": "case",
    "Segmentation (Task 1) Cohort": "part",
    "Data Collection (as on TCIA+additional)": "collection",
    "PatientID on TCIA Radiology Portal": "person",
}
NOT_IN_TCIA = "new-not-previously-in-TCIA"
COLLECTION = re.compile(r"[A-Z]\w+-(GBM|LGG|PDGM|FMISO-Brain)|IvyGAP")


def read(folder: Path, images: bool) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the subjects of BraTS 2021, and the problems met."""
    sources, doubts = read_sources(folder)
    editions = read_editions(folder, *EDITIONS, own="BraTS2021", case=CASE)
    cases = find_cases(folder, CASE) if images else {}
    above = {name: collection_above(case) for name, case in cases.items()}
    sources = sources.reindex(sources.index.union(list(cases)))
    for other in (editions["collection"], pd.Series(above, dtype="string")):
        sources["collection"] = sources["collection"].fillna(other)
    facts = clinical_facts(sources, editions["other_ids"])
    problems = problem_rows(doubts, left_out=False)
    if not images:
        return facts, problems
    found, faults = with_images(
        facts,
        cases,
        folder=folder,
        files=FILES,
        needed=list(FILES),
        labels=LABELS,
        table=TCIA,
    )
    return found, pd.concat([faults, problems])


def read_sources(folder: Path) -> tuple[pd.DataFrame, dict[str, str]]:
    """Read collection and person in TCIA of each training case, where they are given.

    Cases of another task have bare numbers there, and no images here. The second value
    is a doubt if the table is missing.
    """
    tables = find_tables(folder, TCIA, case=CASE)
    if not tables:
        note = "The table is not there: who the patients are in TCIA is not known."
        empty = pd.DataFrame(columns=["collection", "person"], dtype="string")
        return empty, {TCIA: note}
    words = read_words(tables[0], columns=list(COLUMNS), missing=["None", NOT_IN_TCIA])
    words = words.rename(columns=COLUMNS)
    words = words[words["part"].eq("Training").fillna(False)]
    names = "BraTS2021_" + words["case"].str.removeprefix("BraTS2021_").str.zfill(5)
    return by_name(words, names, tables[0])[["collection", "person"]], {}


def collection_above(case: Path) -> str | None:
    """Give the collection that a case folder lies in, if it lies in one."""
    name = case.parent.name
    return name if COLLECTION.fullmatch(name) else None


def clinical_facts(sources: pd.DataFrame, older: pd.Series) -> pd.DataFrame:
    """Give the columns of the subject sheet that collection and names tell."""
    own = pd.Series(sources.index, sources.index, dtype="string")
    scans = [scan_name(row.collection, row.person) for row in sources.itertuples()]
    scan = pd.Series(scans, sources.index, dtype="string").fillna(own)
    # An examination of UCSF-PDGM or UPENN-GBM, "UCSF-PDGM-0429_FU003d".
    parts = scan.str.extract(r"^((?:UCSF-PDGM|UPENN-GBM)-\d+)(_FU\w+|_21)?")
    ids = pd.DataFrame({"own": own, "scan": scan.where(scan.ne(own)), "older": older})
    return pd.DataFrame(
        {
            "patient": parts[0].fillna(scan),
            "site": sources["collection"],
            "follow_up": parts[1].notna(),
            "grade": grade_of(sources["collection"]),
            "other_ids": joined_words(ids.loc[sources.index]),
            "skull": False,
        }
    )


def scan_name(collection: str | None, person: str | None) -> str | None:
    """Give an examination the name that its collection's own reader gives it."""
    if pd.isna(person):
        return None
    if collection == "UCSF-PDGM":
        return examination(person)
    return f"{collection}-{person}" if person.isdigit() else person
