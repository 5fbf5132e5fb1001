"""What the records of a run share: hashes, and who wrote this software."""

import hashlib
from pathlib import Path

import yaml


def sha256_of(path: str | Path) -> str:
    """Give the SHA-256 of a file."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_citation(path: str | Path) -> dict:
    """Read CITATION.cff: title, version, license, authors and more."""
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))
