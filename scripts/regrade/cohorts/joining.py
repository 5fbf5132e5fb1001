"""Join clinical facts and images to the rows of a subject sheet."""

from collections.abc import Collection, Mapping
from pathlib import Path

import pandas as pd

from regrade.cohorts.files import images_of, numbers, translate
from regrade.tables import load_schema

MODALITIES = ["t1", "t1ce", "t2", "flair", "mask"]
PROBLEM = {"subject": "string", "left_out": "boolean", "problem": "string"}
YES_NO = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}


def problem_rows(reasons: Mapping[str, str], *, left_out: bool) -> pd.DataFrame:
    """Give a row of the schema `problems` for each subject that has a reason."""
    rows = [(subject, left_out, reasons[subject]) for subject in sorted(reasons)]
    return pd.DataFrame(rows, columns=list(PROBLEM)).astype(PROBLEM)


def with_images(
    facts: pd.DataFrame,
    cases: Mapping[str, Path],
    *,
    folder: Path,
    files: Mapping[str, list[str]],
    needed: Collection[str],
    labels: str,
    table: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the subjects that have both facts and images, and say what the others lack.

    Parameters
    ----------
    facts : one row a subject (index), the sheet's columns but the images
    cases : case folder of each subject
    folder : the cohort's folder, to which the paths of the sheet are relative
    files, needed : file names and modalities of a case (see ``images_of``)
    labels, table : see ``join_images``
    """
    images, faults = {}, {}
    for subject, case in cases.items():
        names, fault = images_of(case, files, needed)
        place = case.relative_to(folder)
        if fault:
            faults[subject] = fault
        else:
            images[subject] = {
                modality: name and (place / name).as_posix()
                for modality, name in names.items()
            }
    return join_images(facts, images, faults, labels=labels, table=table)


def join_images(
    facts: pd.DataFrame,
    images: Mapping[str, Mapping[str, str | None]],
    faults: Mapping[str, str],
    *,
    labels: str,
    table: str,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Join the facts and images of the subjects that have both.

    Parameters
    ----------
    facts : one row a subject (index)
    images : paths by modality, of each subject whose images can be used
    faults : why those of the others cannot
    labels : values of necrotic core, oedema and enhancing tumour in a mask
    table : name of the table that the facts come from
    """
    faults = dict(faults)
    for subject in {*images, *faults} - set(facts.index):
        faults[subject] = f"There is a case folder, but no row in {table}."
    for subject in set(facts.index) - {*images, *faults}:
        faults[subject] = f"There is a row in {table}, but no case folder."
    usable = {name: images[name] for name in sorted(images) if name not in faults}
    paths = pd.DataFrame(list(usable.values()), index=list(usable), columns=MODALITIES)
    paths["labels"] = pd.Series(labels, paths.index).where(paths["mask"].notna())
    found = facts.loc[list(usable)].join(paths)
    return found, problem_rows(faults, left_out=True)


def typed(words: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Turn columns of text into the types that the schema `found` gives them."""
    rules = load_schema("found")["columns"]
    table = words.copy()
    for column in words:
        if rules[column]["type"] == "number":
            table[column] = numbers(words[column], path)
        elif rules[column]["type"] == "boolean":
            lower = words[column].str.lower()
            table[column] = translate(lower, YES_NO, path).astype("boolean")
    return table


def joined_words(table: pd.DataFrame) -> list[str | None]:
    """Join the words of each row with blanks, each once; None of an empty row."""
    rows = (" ".join(row[pd.notna(row)]).split() for row in table.to_numpy(object))
    return [" ".join(dict.fromkeys(words)) or None for words in rows]
