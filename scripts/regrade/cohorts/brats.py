"""What the editions of BraTS share: file names, ids, grade and survival."""

from pathlib import Path

import pandas as pd

from regrade.cohorts.files import by_name, find_table, find_tables, numbers, read_words
from regrade.cohorts.joining import joined_words

MISSING = ["NA"]
ALIVE = r"^ALIVE \((\d+) days later\)$"
IMAGES = {name: [f"{{case}}_{name}"] for name in ("t1", "t1ce", "t2", "flair")}
LABELS = "1 2 4"
# What is asked of an edition of 2021 or later, whose validation cases look alike.
TRAINING = r"(?!.*Validation(Set|Data))"
EDITIONS = [f"BraTS{year}" for year in (2017, 2018, 2019, 2020, 2021, 2023)]
COLLECTION = "Cohort Name (if publicly available)"


def read_mapping(folder: Path, edition: str, case: str) -> tuple[pd.DataFrame, Path]:
    """Read ``name_mapping.csv``: grade and the ids in all editions, one row a case."""
    path = find_table(folder, "name_mapping.csv", case=case)
    name = f"BraTS_{edition}_subject_ID"
    columns = ["Grade", "TCGA_TCIA_subject_ID", "BraTS_2019_subject_ID", name]
    mapping = read_words(path, columns=columns, missing=MISSING)
    mapping = mapping[mapping[name].notna()]
    return by_name(mapping, mapping[name], path), path


def read_survival(
    path: Path, *, subject: str, age: str, survival: str, resection: str
) -> pd.DataFrame:
    """Read a survival table, given its columns' names in this edition.

    Its survival is a number of days, or "ALIVE (361 days later)": censored there.
    """
    columns = [subject, age, survival, resection]
    words = read_words(path, columns=columns, missing=MISSING)
    words = by_name(words, words[subject], path)
    alive = words[survival].str.extract(ALIVE, expand=False)
    days = numbers(words[survival].where(alive.isna(), alive), path)
    return pd.DataFrame(
        {
            "age": numbers(words[age], path),
            "survival_days": days,
            "died": alive.isna().astype("boolean").where(days.notna()),
            "resection": words[resection],
        }
    )


def clinical_facts(mapping: pd.DataFrame, survival: pd.DataFrame) -> pd.DataFrame:
    """Join both tables to the columns of the subject sheet, one row a case.

    The patient is the TCGA id where there is one, else the case's name in BraTS 2019,
    else its own; so the same patient has the same name in both editions.
    """
    name = mapping["BraTS_2019_subject_ID"].fillna(mapping.index.to_series())
    patient = mapping["TCGA_TCIA_subject_ID"].fillna(name.str.removesuffix("_1"))
    facts = pd.DataFrame(
        {
            "patient": patient,
            "site": name.str.extract(r"^BraTS19_([^_]+)_", expand=False),
            "follow_up": False,
            "grade": mapping["Grade"],
            "other_ids": joined_words(mapping.filter(regex="_subject_ID$")),
            "skull": False,
        }
    )
    return facts.join(survival)


def read_editions(folder: Path, *names: str, own: str, case: str) -> pd.DataFrame:
    """Read the table of a case's names in all editions, where the folder has it.

    Parameters
    ----------
    names : file names of the table
    own : column with the names of this edition, "BraTS2021"

    Returns
    -------
    one row a case: other_ids, collection
    """
    tables = find_tables(folder, *names, case=case)
    if not tables:
        return pd.DataFrame(columns=["other_ids", "collection"], dtype="string")
    words = read_words(tables[0], columns=[own, COLLECTION], missing=MISSING)
    words = words[words[own].notna()]
    words = by_name(words, words[own], tables[0])
    ids = words[[edition for edition in EDITIONS if edition in words]]
    return pd.DataFrame(
        {"other_ids": joined_words(ids), "collection": words[COLLECTION]}
    )


def grade_of(collection: pd.Series) -> pd.Series:
    """Give the grade of the cases from collections that hold one grade alone."""
    low = collection.eq("TCGA-LGG").fillna(False)
    high = collection.str.endswith("-GBM", na=False)
    grade = pd.Series(None, collection.index, "string")
    return grade.mask(low, "LGG").mask(high, "HGG")
