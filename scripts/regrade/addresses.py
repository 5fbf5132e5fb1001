"""Addresses of images: a path, and the volume within a file of four dimensions."""

import re
from pathlib import Path

ADDRESS = re.compile(r"(?P<path>.+?)(,(?P<volume>[1-9]\d*))?")


def split_address(address: str | Path) -> tuple[Path, int | None]:
    """Split `images.nii.gz,3` into the path and the volume's index, here 2.

    Volumes are counted from 1, as SPM writes them; None where the file has one.
    """
    parts = ADDRESS.fullmatch(str(address))
    return Path(parts["path"]), parts["volume"] and int(parts["volume"]) - 1
