"""What has come so far of a download, and of which state of the server's file it is.

The bytes lie beside the target as ``.{name}.part``, hidden so that no reader takes them
for the file; ``.{name}.part.json`` holds the address and the marks of the state.
"""

import hashlib
import json
from pathlib import Path


def part_of(target: Path) -> Path:
    """Name the file that holds what has come so far."""
    return target.with_name(f".{target.name}.part")


def target_name(part: Path) -> str:
    """Name the file of which this is a part."""
    return part.name.removeprefix(".").removesuffix(".part")


def about(part: Path) -> Path:
    """Name the file that says of what a part is a part."""
    return part.with_name(f"{part.name}.json")


def state_of(part: Path) -> dict:
    """Read of what a part is a part; empty if there is nothing to go on from."""
    try:
        return json.loads(about(part).read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def begin(part: Path, state: dict) -> None:
    """Throw away what has come and note of what the next bytes are a part."""
    drop(part)
    about(part).write_text(json.dumps(state))


def drop(part: Path) -> None:
    """Remove a part and what is noted of it."""
    part.unlink(missing_ok=True)
    about(part).unlink(missing_ok=True)


def size_of(path: Path) -> int:
    """Give a file's size in bytes, 0 if it is not there."""
    return path.stat().st_size if path.exists() else 0


def hash_of(path: Path, name: str) -> str:
    """Give a file's hash in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, name).hexdigest()
