"""Packages of the Cancer Imaging Archive: an Aspera Faspex 5 server, by a public link.

The link of a collection's download button holds a passcode. It is changed for a token
(OAuth), the server lists the package, and ``ascp`` moves the files. Passcode, token and
key go into no log, no message and no command line.
"""

import base64
import fnmatch
import json
import logging
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import parse_qs, urlsplit

import requests

from regrade.answers import LONGEST_PAUSE
from regrade.logs import progress
from regrade.parts import hash_of

logger = logging.getLogger("regrade")

SERVICE = "/aspera/faspex"
PAGE = 100  # entries; the server gives no more at once
FOLDERS = ("directory", "folder")
UNFINISHED = (".partial", ".aspera-ckpt")


@dataclass(frozen=True)
class Package:
    """A package one may ask for."""

    service: str
    number: str
    session: requests.Session
    timeout: float
    attempts: int
    pause: float


def open_package(link: str, *, timeout: float, attempts: int, pause: float) -> Package:
    """Change a public link for leave to read its package.

    Parameters
    ----------
    timeout, attempts, pause : patience with the server, as for a download

    Raises
    ------
    ValueError
        If the link is none, is no longer good, or the server cannot be reached.
    """
    service, context, number = read_link(link)
    session = requests.Session()
    package = Package(service, number, session, timeout, attempts, pause)
    settings = ask(package, "GET", "/config.js").text
    client = re.search(r"client_id:\s*['\"]([^'\"]+)", settings)
    if not client:
        raise ValueError(f"{service}/config.js names no client; Faspex has changed.")
    # What the two steps of the authorisation share.
    common = {
        "client_id": client[1],
        "redirect_uri": f"{SERVICE}/token",
        "state": context,
    }
    first = ask(
        package,
        "GET",
        "/auth/authorize_public_link",
        params={"response_type": "code"} | common,
        allow_redirects=False,
    )
    code = parse_qs(urlsplit(first.headers.get("Location", "")).query).get("code")
    if not code:
        raise ValueError(
            f"{service} refuses the link; the archive changes links now and then. Copy "
            "that of the collection page's download button anew."
        )
    grant = {"grant_type": "authorization_code", "code": code[0]}
    token = ask(package, "POST", "/auth/token", json=grant | common).json()
    session.headers["Authorization"] = f"Bearer {token['access_token']}"
    return package


def read_link(link: str) -> tuple[str, str, str]:
    """Give service, context and package number of a public link."""
    parts = urlsplit(link)
    context = parse_qs(parts.query).get("context", [""])[0]
    try:
        about = json.loads(base64.b64decode(context + "=" * (-len(context) % 4)))
        number = str(about["package_id"])
    except (ValueError, KeyError, TypeError):  # of base64, JSON, and what it holds
        raise ValueError(
            "A link under `fetch: faspex` in config.yaml is no public link of Faspex "
            "(.../aspera/faspex/public/package?context=...); copy that of the "
            "collection page's download button."
        ) from None
    return f"{parts.scheme}://{parts.netloc}{SERVICE}", context, number


def ask(package: Package, method: str, path: str, **details) -> requests.Response:
    """Ask the server; its faults become sentences without the question's secrets."""
    for attempt in range(package.attempts):
        if attempt:
            time.sleep(min(package.pause * 2 ** (attempt - 1), LONGEST_PAUSE))
        try:
            answer = package.session.request(
                method, package.service + path, timeout=package.timeout, **details
            )
        except requests.RequestException as error:
            fault = f"{package.service} cannot be reached ({type(error).__name__})."
            continue
        if answer.status_code < 400:
            return answer
        fault = (
            f"{package.service}{path} answers {answer.status_code} ({answer.reason}). "
            "Copy the link of the collection page's download button anew, or get the "
            "package in a browser."
        )
        if answer.status_code < 500:
            break
    raise ValueError(fault)


def list_files(
    package: Package, folders: Sequence[str], *, leave_out: Sequence[str]
) -> dict[str, dict]:
    """List what is to come, with subfolders.

    ``ascp`` puts each of the ``folders`` right into the cohort's folder, so that what
    lies above them in the package is dropped. The server lists many files as links and
    then gives no size.

    Parameters
    ----------
    leave_out : patterns of names, as ``ascp -E`` takes them

    Returns
    -------
    by path below the cohort's folder: ``path`` in the package, ``bytes`` or None
    """
    files = {}
    waiting = [(folder, str(PurePosixPath(folder).parent)) for folder in folders]
    while waiting:
        folder, above = waiting.pop()
        for entry in entries_of(package, folder):
            path = entry["path"]
            name = PurePosixPath(path).name
            if any(fnmatch.fnmatchcase(name, pattern) for pattern in leave_out):
                continue
            if entry["type"] in FOLDERS:
                waiting.append((path, above))
            else:
                size = entry.get("size") if entry["type"] == "file" else None
                files[below(path, above)] = {"path": path, "bytes": size}
        logger.info("%d files listed, %d folders to go", len(files), len(waiting))
    return files


def below(path: str, above: str) -> str:
    """Give a path of the package relative to one of its folders; refuse others."""
    relative = PurePosixPath(path)
    if not relative.is_relative_to(above) or ".." in relative.parts:
        raise ValueError(f"The package lists {path!r}, which is not below {above}.")
    return relative.relative_to(above).as_posix()


def entries_of(package: Package, path: str) -> list[dict]:
    """List a folder of the package, page by page."""
    entries = []
    while True:
        page = ask(
            package,
            "POST",
            f"/api/v5/packages/{package.number}/files/received",
            params={"limit": PAGE, "offset": len(entries)},
            json={"path": path},
        ).json()
        entries += page["items"]
        if not page["items"] or len(entries) >= page["total_count"]:
            return entries


def transfer_of(package: Package, paths: Sequence[str]) -> dict:
    """Ask where and with which token ``ascp`` may get the paths."""
    return ask(
        package,
        "POST",
        f"/api/v5/packages/{package.number}/transfer_spec/download",
        params={"transfer_type": "connect", "type": "received"},
        json={"paths": [{"path": path} for path in paths]},
    ).json()


def lacking(files: Mapping[str, Mapping], folder: Path) -> list[str]:
    """Name the files of a listing that are not there whole."""
    return [
        name
        for name, about in files.items()
        if not is_whole(folder / name, about["bytes"])
    ]


def is_whole(path: Path, size: int | None) -> bool:
    """Tell whether ``ascp`` ended a file: it has its name, its size and no remnants."""
    remnants = [path.with_name(path.name + ending) for ending in UNFINISHED]
    if not path.is_file() or any(remnant.exists() for remnant in remnants):
        return False
    there = path.stat().st_size
    return there > 0 if size is None else there == size


def check_sums(files: Mapping[str, Mapping], folder: Path, sums: Path) -> int:
    """Compare the files with the package's own list of MD5 hashes; count them.

    Parameters
    ----------
    sums : a hash and a path in the package a line

    Raises
    ------
    ValueError
        If a file has another hash.
    """
    lines = sums.read_text(encoding="utf-8").splitlines()
    pairs = [line.split(maxsplit=1) for line in lines if line.strip()]
    hashes = {path.strip().lstrip("*./"): digest.lower() for digest, path in pairs}
    known = {
        name: hashes[about["path"].lstrip("/")]
        for name, about in files.items()
        if about["path"].lstrip("/") in hashes
    }
    for name, digest in progress(known.items(), "files checked"):
        if hash_of(folder / name, "md5") != digest:
            raise ValueError(
                f"{folder / name} is damaged: its MD5 is not that of {sums.name}. "
                "Remove it and run `snakemake fetch` again."
            )
    return len(known)
