"""Find and read what a cohort's folder holds, by name only; no image is opened."""

import logging
import os
import re
from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

logger = logging.getLogger("regrade")

ENDINGS = (".nii.gz", ".nii")
UNFINISHED = (".partial", ".aspera-ckpt")
NO_CASES = r"(?!)"  # of a cohort whose images lie side by side


def walk(folder: Path, case: str) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Walk through a cohort's folder, but not into its case folders.

    Links are followed, each folder is visited once. Hidden names are passed over: a Mac
    leaves ``._t1.nii.gz`` beside every image, a file server its ``.snapshot``.

    Parameters
    ----------
    case : regular expression for the way to a case folder, "Training/HGG/case"; it
        begins with the name of ``folder``

    Yields
    ------
    a folder, the names of the case folders in it, and those of its files
    """
    seen = set()
    for place, folders, files in os.walk(folder, onerror=warn, followlinks=True):
        here = Path(place)
        identity = here.stat()
        new = (identity.st_dev, identity.st_ino) not in seen
        seen.add((identity.st_dev, identity.st_ino))
        way = (folder.absolute().name / here.relative_to(folder)).as_posix()
        names = sorted(name for name in folders if new and not name.startswith("."))
        cases = [name for name in names if re.fullmatch(case, f"{way}/{name}")]
        folders[:] = sorted(set(names) - set(cases))
        if new:
            yield here, cases, [name for name in files if not name.startswith(".")]


def warn(error: OSError) -> None:
    """Say in the log which folder could not be looked into."""
    logger.warning("Passed over: %s", error)


def find_cases(folder: Path, case: str) -> dict[str, Path]:
    """Find the case folders, however deep they lie, by name (see ``walk``)."""
    cases = {}
    for place, names, _ in walk(folder, case):
        for name in names:
            if name in cases:
                raise ValueError(
                    f"A case lies twice below {folder}: {cases[name]} and "
                    f"{place / name}; keep one, or point the cohort's `folder` at it."
                )
            cases[name] = place / name
    return {name: cases[name] for name in sorted(cases)}


def image_among(names: Collection[str], stems: list[str]) -> str | None:
    """Give the first file with one of the stems that came whole, compressed or not."""
    candidates = [stem + ending for stem in stems for ending in ENDINGS]
    whole = (name for name in candidates if f"{name}.aspera-ckpt" not in names)
    return next((name for name in whole if name in names), None)


def images_of(
    case: Path, files: Mapping[str, list[str]], needed: Collection[str]
) -> tuple[dict[str, str | None], str | None]:
    """Find a case's images, and say in words why it cannot be used; None if it can.

    Parameters
    ----------
    files : possible names for each modality, without their ending; ``{case}`` stands
        for the case folder's name
    needed : modalities that a case must have
    """
    with os.scandir(case) as entries:
        names = {entry.name for entry in entries if entry.is_file()}
    stem = case.name.removesuffix("_nifti")
    images = {
        modality: image_among(names, [given.format(case=stem) for given in stems])
        for modality, stems in files.items()
    }
    return images, fault_of(names, [name for name in needed if images[name] is None])


def fault_of(names: Collection[str], missing: list[str]) -> str | None:
    """Say in words what a case folder lacks, given the names of its files."""
    if not names:
        return "The case folder is empty."
    if not missing:
        return None
    unfinished = sorted(name for name in names if name.endswith(UNFINISHED))
    download = f"; an unfinished download left {unfinished[0]}" if unfinished else ""
    return f"The case folder lacks {', '.join(missing)}{download}."


def find_tables(folder: Path, *names: str, case: str) -> list[Path]:
    """Find tables in the folder outside its cases, or else right beside it.

    Parameters
    ----------
    names : file names, which may hold ``*``; those of a later one are not asked for
        where an earlier one is found
    """
    within = [
        place / file
        for place, _, files in walk(folder, case)
        for file in files
        if any(fnmatchcase(file, name) for name in names)
    ]
    beside = folder.resolve().parent
    for name in names:
        found = [path for path in within if fnmatchcase(path.name, name)]
        if found:
            return sorted(found)
    return next(filter(None, (sorted(beside.glob(name)) for name in names)), [])


def find_table(folder: Path, *names: str, case: str) -> Path:
    """Find the one table of that name, or of the first of several possible names."""
    found = find_tables(folder, *names, case=case)
    if not found:
        raise no_table(folder, names)
    if len(found) > 1:
        raise ValueError(
            f"{len(found)} tables may be meant, among them {found[0]} and {found[1]}; "
            "point the cohort's `folder` at the folder of one edition."
        )
    return found[0]


def newest_table(folder: Path, *names: str, case: str) -> Path:
    """Find the table of the highest version, as in ``metadata_v5.csv``; without: 1."""
    found = find_tables(folder, *names, case=case)
    if not found:
        raise no_table(folder, names)
    versions = [re.search(r"_v([\d.]+)$", path.stem) for path in found]
    keys = [[int(n) for n in v[1].split(".")] if v else [1] for v in versions]
    return found[keys.index(max(keys))]


def no_table(folder: Path, names: tuple[str, ...]) -> ValueError:
    """Give the error that a table is missing."""
    return ValueError(
        f"Neither in {folder} nor beside it is a table {' or '.join(names)}; put it "
        "there, or correct the cohort's `folder`."
    )


def read_words(path: Path, *, columns: list[str], missing: list[str]) -> pd.DataFrame:
    """Read a CSV, TSV or Excel table as text; blanks and words ``missing`` are NA."""
    as_text = {"dtype": str, "keep_default_na": False}
    if path.suffix in (".csv", ".tsv"):
        separator = {".csv": ",", ".tsv": "\t"}[path.suffix]
        table = pd.read_csv(path, sep=separator, encoding="utf-8-sig", **as_text)
    else:
        table = pd.read_excel(path, **as_text)
    table.columns = table.columns.astype(str).str.strip()
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
