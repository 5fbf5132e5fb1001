"""The record of a run: an archive of its tables, and the hash of every file.

``manifest.csv`` lists file, sha256, bytes and whether the file itself is in the
archive. Tables with a row a subject are not: patients' data stay where they are. Paths
are relative to the results folder.
"""

import csv
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zipfile import Path as ZipPath

import pandas as pd

from regrade.provenance import sha256_of

MANIFEST = "manifest.csv"
RECORD = "record.zip"


def write_record(path: str | Path, folder: Path, names: list[str]) -> None:
    """Write the record of files of a folder; the same bytes for the same files."""
    manifest = pd.DataFrame(
        {
            "file": names,
            "sha256": [sha256_of(folder / name) for name in names],
            "bytes": [(folder / name).stat().st_size for name in names],
            "kept": [is_kept(folder / name) for name in names],
        }
    )
    with ZipFile(path, "w") as archive:
        content = manifest.to_csv(index=False).encode()
        archive.writestr(ZipInfo(MANIFEST), content, ZIP_DEFLATED)
        for name in manifest.loc[manifest["kept"], "file"]:
            # A ZipInfo without a date has that of 1980.
            content = (folder / name).read_bytes()
            archive.writestr(ZipInfo(name), content, ZIP_DEFLATED)


def is_kept(path: Path) -> bool:
    """Tell whether a file is kept whole: what ran, and tables without subjects."""
    if path.suffix != ".csv":
        return path.suffix == ".json"
    with path.open(encoding="utf-8", newline="") as file:
        columns = next(csv.reader(file), [])
    return not {"subject", "patient"} & set(columns)


def hashes_in(record: str | Path) -> dict[str, str]:
    """Give the recorded hash of each file.

    Raises
    ------
    ValueError
        If there is no record.
    """
    if not Path(record).is_file():
        raise ValueError(
            f"There is no record {record}; a finished run of `snakemake` writes it. "
            "`verify: against` in config.yaml names another results folder, or a "
            "record."
        )
    manifest = pd.read_csv(ZipPath(record, MANIFEST).open(encoding="utf-8"), dtype=str)
    return dict(zip(manifest["file"], manifest["sha256"], strict=True))


def text_in(place: Path, name: str) -> str | None:
    """Read a file of a results folder or of a record; None where it is not kept."""
    file = (ZipPath(place) if place.is_file() else place) / name
    return file.read_text(encoding="utf-8") if file.is_file() else None
