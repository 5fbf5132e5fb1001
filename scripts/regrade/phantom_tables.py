"""Invented patients, and the rows that the tables of four data sets hold of them."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from regrade.phantoms import generator

BRATS_FAMILIES = {
    "HGG": ("CBICA", "TCIA", "2013", "TMC"),
    "LGG": ("TCIA", "2013", "TMC"),
}
BRATS_COLUMNS = [
    "Grade",
    "BraTS_2017_subject_ID",
    "BraTS_2018_subject_ID",
    "TCGA_TCIA_subject_ID",
    "BraTS_2019_subject_ID",
    "BraTS_2020_subject_ID",
]
UCSF_COLUMNS = [
    "ID",
    "Sex",
    "Age at MRI",
    "WHO CNS Grade",
    "Final pathologic diagnosis (WHO 2021)",
    "MGMT status",
    "MGMT index",
    "1p/19q",
    "IDH",
    "1-dead 0-alive",
    "OS",
    "EOR",
    "Biopsy prior to imaging",
    "BraTS21 ID",
    "BraTS21 Segmentation Cohort",
    "BraTS21 MGMT Cohort",
]
IXI_COLUMNS = [
    "IXI_ID",
    "SEX_ID (1=m, 2=f)",
    "HEIGHT",
    "WEIGHT",
    "ETHNIC_ID",
    "MARITAL_ID",
    "OCCUPATION_ID",
    "QUALIFICATION_ID",
    "DOB",
    "DATE_AVAILABLE",
    "STUDY_DATE",
    "AGE",
]
OLIGODENDROGLIOMA = "Oligodendroglioma, IDH-mutant, 1p/19q-codeleted"
UCSF_DIAGNOSES = {  # diagnosis, IDH, 1p/19q: taken in turns
    "2": (
        ("Astrocytoma, IDH-mutant", "IDH1 p.R132H", "intact"),
        (OLIGODENDROGLIOMA, "IDH1 p.Arg132His", "Co-deletion"),
        ("Astrocytoma, IDH-mutant", "mutated (NOS)", "unknown"),
    ),
    "3": (
        ("Astrocytoma, IDH-mutant", "IDH1 p.R132C", "intact"),
        ("Astrocytoma, IDH-wildtype", "wildtype", "intact"),
        (OLIGODENDROGLIOMA, "IDH2 p.R172K", "relative co-deletion"),
    ),
    "4": (
        ("Glioblastoma, IDH-wildtype", "wildtype", "intact"),
        ("Glioblastoma, IDH-wildtype", "wildtype", "unknown"),
        ("Astrocytoma, IDH-mutant", "IDH1 p.R132H", "intact"),
    ),
}
# ASSUME: mean and standard deviation of age (years), typical survival and the longest
# watch (days): round numbers in the order of the releases. BraTS tells of deaths, hence
# a watch that nearly all its HGG end in.
COURSES = {
    "LGG": (43, 13, 3000, 2500),
    "HGG": (60, 12, 480, 100_000),
    "2": (41, 13, 6000, 2500),
    "3": (46, 13, 2200, 2500),
    "4": (60, 13, 620, 1800),
}


@dataclass(frozen=True)
class Person:
    """What the tables tell of a patient."""

    sex: str
    age: float
    days: int  # to death or last contact
    died: bool
    resection: str


def draw_person(rng: np.random.Generator, group: str) -> Person:
    """Draw a patient; the watch ends at a random day, whoever is alive is censored."""
    mean, sd, typical, longest = COURSES[group]
    death = 30 + typical * rng.weibull(1.3)
    end = rng.uniform(300, longest)
    return Person(
        sex=str(rng.choice(["F", "M"])),
        age=float(np.clip(rng.normal(mean, sd), 18, 90)),
        days=round(min(death, end)),
        died=bool(death <= end),
        resection=str(rng.choice(["GTR", "STR", "NA"])),
    )


def brats_stem(group: str, n: int) -> str:
    """Give an invented id, of one family after the other, without its edition."""
    family = BRATS_FAMILIES[group][n % len(BRATS_FAMILIES[group])]
    serial = n + {"HGG": 0, "LGG": 400}[group]
    if family == "CBICA":
        return f"CBICA_Z{chr(65 + n // 26)}{chr(65 + n % 26)}_1"
    if family == "TCIA":
        site = 1 + n % 8 if group == "HGG" else (9, 10, 12, 13)[n % 4]
        return f"TCIA{site:02d}_{700 + serial}_1"
    return f"2013_{100 + serial}_1" if family == "2013" else f"TMC_0{7000 + serial}_1"


def older_names(group: str, stem: str) -> list[str]:
    """Give grade and ids up to 2018; that of 2017 lacks the site of the collection."""
    family, serial, _ = stem.split("_")
    from_tcia = family.startswith("TCIA")
    stem_2017 = f"TCIA_{serial}_1" if from_tcia else stem
    tcga = f"TCGA-ZZ-{int(serial):04d}" if from_tcia else "NA"
    return [group, f"Brats17_{stem_2017}", f"Brats18_{stem}", tcga]


def survival_cells(person: Person, n: int) -> list:
    """Give age, survival, resection; ``NA`` for the 2013 family; the first is alive."""
    if BRATS_FAMILIES["HGG"][n % 4] == "2013":
        return ["NA", "NA", "NA"]
    survival = "ALIVE (361 days later)" if n == 0 else person.days
    return [round(person.age, 8), survival, person.resection]


def ucsf_number(i: int) -> int:
    """Give the number of the i-th patient: from 4 on, with gaps."""
    return 4 + i + i // 3


def ucsf_row(number: int, group: str, n: int, seed: int) -> list:
    """Give the patient's row of the metadata table."""
    person = draw_person(generator(seed, "UCSF-PDGM", group, n, "person"), group)
    diagnosis, idh, codeletion = UCSF_DIAGNOSES[group][n % 3]
    status = ("indeterminate", "positive", "negative", "unknown")[n % 4]
    index = {"positive": 1 + n % 17, "negative": 0}.get(status, "unknown")
    resection = person.resection.replace("NA", "biopsy")
    brats = [f"BraTS2021_{90000 + number}", "Training", "Training"]
    return [
        *(f"UCSF-PDGM-{number:03d}", person.sex, round(person.age), group),
        *(diagnosis, status, index, codeletion, idh, int(person.died), person.days),
        *(resection, "Yes" if n % 7 == 6 else "No"),
        *(brats if n % 2 else ["", "", ""]),
    ]


def ixi_person(rng: np.random.Generator) -> list:
    """Give the cells after the id: sex, six codes, birth, scanned, study, age."""
    study = date(2005, 6, 1) + timedelta(days=int(rng.integers(600)))
    days = int(rng.integers(20 * 365, 86 * 365))
    codes = [int(rng.integers(150, 195)), int(rng.integers(50, 100))]
    codes += [int(code) for code in rng.integers(1, 6, 4)]
    birth = study - timedelta(days=days)
    return [int(rng.integers(1, 3)), *codes, birth, 1, study, days / 365.25]


def ixi_rows(row: list, n: int) -> list[list]:
    """Give the rows of a person.

    The second has a copy full of zeros, the third a row of the other sex and another
    age, the fourth none.
    """
    zeroed = [*row[:2], *[0] * 6, *row[8:]]
    other = [row[0], 3 - row[1], *zeroed[2:8], row[8] + timedelta(days=400)]
    other += [*row[9:11], row[11] - 400 / 365.25]
    return {1: [row, zeroed], 2: [row, other], 3: []}.get(n, [row])
