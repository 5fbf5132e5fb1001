"""Find and read what a cohort's folder holds, by name only; no image is opened."""

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

ENDINGS = (".nii.gz", ".nii")
UNFINISHED = (".partial", ".aspera-ckpt")


def find_cases(folder: Path, pattern: str) -> dict[str, Path]:
    """Find the case folders, however deep they lie, by name.

    Parameters
    ----------
    pattern : regular expression for the folder's name with its parent's, "HGG/case"
    """
    cases = {}
    for path in sorted(folder.rglob("*")):
        if re.fullmatch(pattern, f"{path.parent.name}/{path.name}") and path.is_dir():
            if path.name in cases:
                raise ValueError(
                    f"A case lies twice below {folder}: {cases[path.name]} and {path}; "
                    "set the cohort's `folder` in config.yaml to hold one of them."
                )
            cases[path.name] = path
    return cases


def image_of(folder: Path, names: list[str]) -> Path | None:
    """Give the first file that has one of the names, compressed or not."""
    paths = [folder / f"{name}{ending}" for name in names for ending in ENDINGS]
    return next(filter(Path.is_file, paths), None)


def images_of(case: Path, files: Mapping[str, list[str]]) -> dict[str, Path | None]:
    """Give a case's image for each modality.

    Parameters
    ----------
    files : possible names for each modality, without their ending; ``{case}`` stands
        for the case folder's name
    """
    stem = case.name.removesuffix("_nifti")
    return {
        modality: image_of(case, [name.format(case=stem) for name in names])
        for modality, names in files.items()
    }


def fault_of(case: Path, files: Mapping[str, list[str]]) -> str | None:
    """Say in words why a case folder cannot be used; None if it can."""
    contents = sorted(path.name for path in case.iterdir())
    if not contents:
        return "The case folder is empty."
    missing = [name for name, path in images_of(case, files).items() if path is None]
    if not missing:
        return None
    unfinished = [name for name in contents if name.endswith(UNFINISHED)]
    download = f"; an unfinished download left {unfinished[0]}" if unfinished else ""
    return f"The case folder lacks {', '.join(missing)}{download}."


def find_tables(folder: Path, *names: str) -> list[Path]:
    """Find tables in the folder, however deep, or else right beside it.

    Parameters
    ----------
    names : file names, which may hold ``*``; those of a later one are not asked for
        where an earlier one is found
    """
    beside = folder.resolve().parent
    for search in (folder.rglob, beside.glob):
        for name in names:
            found = sorted(search(name))
            if found:
                return found
    raise ValueError(
        f"Neither in {folder} nor beside it is a table {' or '.join(names)}; put it "
        "there, or correct the cohort's `folder` in config.yaml."
    )


def find_table(folder: Path, *names: str) -> Path:
    """Find the one table of that name, or of the first of several possible names."""
    found = find_tables(folder, *names)
    if len(found) > 1:
        raise ValueError(
            f"{len(found)} tables may be meant, among them {found[0]} and {found[1]}; "
            "set the cohort's `folder` in config.yaml to the folder of one edition."
        )
    return found[0]


def read_words(path: Path, *, columns: list[str], missing: list[str]) -> pd.DataFrame:
    """Read a CSV or Excel table as text; blanks and the words ``missing`` are NA."""
    as_text = {"dtype": str, "keep_default_na": False}
    if path.suffix == ".csv":
        table = pd.read_csv(path, encoding="utf-8-sig", **as_text)
    else:
        table = pd.read_excel(path, **as_text)
    lacking = [column for column in columns if column not in table]
    if lacking:
        raise ValueError(f"{path} lacks the columns {lacking}; it has {list(table)}.")
    words = table.apply(lambda column: column.astype("string").str.strip())
    return words.mask(words.isin(["", *missing]))


def by_name(table: pd.DataFrame, names: pd.Series, path: Path) -> pd.DataFrame:
    """Index a table by the subjects' names, each of which may stand there once."""
    repeated = names[names.duplicated()]
    if len(repeated):
        raise ValueError(
            f"{path} has more than one row for {repeated.iloc[0]}; one is expected."
        )
    return table.set_axis(pd.Index(names, name="subject"))


def numbers(words: pd.Series, path: Path) -> pd.Series:
    """Turn a column of text into numbers; a text that is none is an error."""
    values = pd.to_numeric(words, errors="coerce")
    bad = words[values.isna() & words.notna()]
    if len(bad):
        raise ValueError(
            f"{path}: column {words.name} holds {bad.iloc[0]!r}, which is no number."
        )
    return values


def translate(codes: pd.Series, meanings: Mapping, path: Path) -> pd.Series:
    """Replace a table's codes by their meanings; an unknown code is an error."""
    bad = codes[codes.notna() & ~codes.isin(list(meanings))]
    if len(bad):
        raise ValueError(
            f"{path}: column {codes.name} holds {bad.iloc[0]!r}; known are "
            f"{list(meanings)}."
        )
    return codes.map(meanings)
