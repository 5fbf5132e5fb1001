"""What the editions of BraTS share: ids, grade and survival from their two tables."""

from pathlib import Path

import pandas as pd

from regrade.cohorts.files import by_name, find_table, numbers, read_words

MISSING = ["NA"]
ALIVE = r"^ALIVE \((\d+) days later\)$"
IMAGES = {name: [f"{{case}}_{name}"] for name in ("t1", "t1ce", "t2", "flair")}


def read_mapping(folder: Path, edition: str) -> tuple[pd.DataFrame, Path]:
    """Read ``name_mapping.csv``: grade and the ids in all editions, one row a case."""
    path = find_table(folder, "name_mapping.csv")
    name = f"BraTS_{edition}_subject_ID"
    columns = ["Grade", "TCGA_TCIA_subject_ID", "BraTS_2019_subject_ID", name]
    mapping = read_words(path, columns=columns, missing=MISSING)
    mapping = mapping[mapping[name].notna()]
    return by_name(mapping, mapping[name], path), path


def read_survival(
    folder: Path, file: str, *, subject: str, age: str, survival: str, resection: str
) -> pd.DataFrame:
    """Read a survival table, given its columns' names in this edition.

    Its survival is a number of days, or "ALIVE (361 days later)": censored there.
    """
    path = find_table(folder, file)
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


def clinical_facts(
    mapping: pd.DataFrame, survival: pd.DataFrame, *, edition: str
) -> pd.DataFrame:
    """Join both tables to the columns of the subject sheet, one row a case.

    The patient is the TCGA id where there is one, else the case's name in BraTS 2019,
    else its own; so the same patient has the same name in both editions.
    """
    own = f"BraTS_{edition}_subject_ID"
    name = mapping["BraTS_2019_subject_ID"].fillna(mapping.index.to_series())
    patient = mapping["TCGA_TCIA_subject_ID"].fillna(name.str.removesuffix("_1"))
    ids = mapping.filter(regex="_subject_ID$").drop(columns=own)
    facts = pd.DataFrame(
        {
            "patient": patient,
            "site": name.str.extract(r"^BraTS19_([^_]+)_", expand=False),
            "follow_up": False,
            "grade": mapping["Grade"],
            "other_ids": [" ".join(row.dropna()) or None for _, row in ids.iterrows()],
            "skull": False,
        }
    )
    return facts.join(survival)
