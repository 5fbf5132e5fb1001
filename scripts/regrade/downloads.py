"""Bring a file over HTTP into place, whole or not at all; go on where a try broke off.

Two states of the server's file are never joined (If-Range, RFC 9110), and only what
passed all checks gets the target's name.
"""

import logging
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import requests
import urllib3

from regrade.answers import (
    CORRECT,
    LONGEST_PAUSE,
    ChangedFileError,
    InterruptedTransferError,
    check_answer,
    check_complete,
    check_room,
    first_byte,
    marks_of,
    total_of,
    unusable,
)
from regrade.logs import SECONDS_BETWEEN_LINES, clock
from regrade.parts import begin, drop, hash_of, part_of, size_of, state_of, target_name

logger = logging.getLogger("regrade")

PIECE = 1 << 16  # bytes; of a stalled transfer at most so many are lost
HASHES = ("sha256", "md5")
WEB_PAGE = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*)?<(!doctype\s+html|html|head|body)\b",
    re.IGNORECASE,
)
# What breaks off a transfer and may be gone at the next try.
LOST = (requests.ConnectionError, requests.Timeout, urllib3.exceptions.HTTPError)


def download(
    url: str,
    target: Path,
    *,
    expected: Mapping,
    timeout: float,
    attempts: int,
    pause: float,
) -> dict:
    """Bring a file into place, unless it is there and whole.

    Parameters
    ----------
    expected : what is known of the file: ``bytes``, ``sha256``, ``md5``; any may lack
    timeout : seconds without a byte after which the connection counts as lost
    attempts : how many tries in a row may bring nothing new
    pause : seconds before the second try; doubled for each further one

    Returns
    -------
    what came: url, file, bytes, sha256 (and md5 where that is known), state

    Raises
    ------
    ValueError
        If the file cannot be had, is not what is expected, or another one is there.
    """
    if target.exists():
        return keep(url, target, expected)
    make_folder(target.parent)
    failures, most = 0, size_of(part_of(target))
    while True:
        try:
            return fetch_once(url, target, expected, timeout)
        except (InterruptedTransferError, ChangedFileError) as error:
            fault = error
        size = size_of(part_of(target))
        grown = isinstance(fault, InterruptedTransferError) and size > most
        failures, most = 1 if grown else failures + 1, max(most, size)
        if failures >= attempts:
            raise ValueError(
                f"{url} could not be downloaded: {fault}. {failures} tries in a row "
                f"brought nothing new; {size} bytes are kept, and the next "
                "`snakemake fetch` goes on from there."
            )
        wait = min(pause * 2 ** (failures - 1), LONGEST_PAUSE)
        logger.info("%s: %s; next try in %g s", target.name, fault, wait)
        time.sleep(wait)


def keep(url: str, target: Path, expected: Mapping) -> dict:
    """Take a file that is there already, if it is the right one."""
    logger.info("%s is there already; checking it", target.name)
    fault = fault_of(target, expected)
    if fault:
        raise ValueError(
            f"{target} is there already, but it {fault}. It is not overwritten: move "
            f"it away to have it fetched from {url}, or {CORRECT}."
        )
    return facts_of(url, target, expected) | {"state": "was there"}


def fetch_once(url: str, target: Path, expected: Mapping, timeout: float) -> dict:
    """Try once: fetch what lacks, check the whole and give it its name."""
    part = part_of(target)
    try:
        resumed = receive(url, part, expected=expected, timeout=timeout)
        fault = fault_of(part, expected)
        if fault and resumed:
            raise ChangedFileError(f"what was put together {fault}")
    except ChangedFileError:
        drop(part)
        raise
    if fault:
        drop(part)
        raise ValueError(
            f"{url} was downloaded, but it {fault}. Open the address in a browser; if "
            f"the owners changed the file, {CORRECT}."
        )
    facts = facts_of(url, part, expected)
    part.replace(target)
    drop(part)
    return facts | {"file": str(target), "state": "downloaded"}


def receive(url: str, part: Path, *, expected: Mapping, timeout: float) -> bool:
    """Ask for what lacks and append it; tell whether earlier bytes were kept."""
    start, headers = resumption(url, part, expected)
    try:
        with (
            session_for(url) as session,
            session.get(url, headers=headers, stream=True, timeout=timeout) as answer,
        ):
            if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
                check_complete(answer, start, state_of(part))
                return True
            check_answer(answer, url)
            start = first_byte(answer, start, state_of(part))
            total = total_of(answer)
            room = {"total": total, "start": start, "expected": expected}
            check_room(url, part.parent, **room)
            if start == 0:
                begin(part, {"url": url} | marks_of(answer))
            append(answer, part, start=start, total=total)
    except LOST as error:
        reason = f"the connection failed ({type(error).__name__})"
        raise InterruptedTransferError(reason) from None
    except requests.RequestException as error:
        raise ValueError(unusable(url, error)) from None
    except OSError as error:
        raise ValueError(
            f"{refused(part.parent, error)} What has come is kept."
        ) from None
    whole = total or expected.get("bytes")
    if whole and size_of(part) < whole:
        raise InterruptedTransferError(
            f"it ended after {size_of(part)} of {whole} bytes"
        )
    return start > 0


def resumption(url: str, part: Path, expected: Mapping) -> tuple[int, dict]:
    """Give the byte to go on from and the headers that ask for it.

    Without a mark of the state of the server's file only a known hash can tell whether
    two pieces belong together; without both the download begins again.
    """
    headers = {"Accept-Encoding": "identity"}
    state, size = state_of(part), size_of(part)
    mark = state.get("etag") or state.get("last_modified")
    hashed = any(expected.get(name) for name in HASHES)
    if state.get("url") != url or not size or not (mark or hashed):
        return 0, headers
    headers["Range"] = f"bytes={size}-"
    if mark:
        headers["If-Range"] = mark
    return size, headers


def session_for(url: str) -> requests.Session:
    """Open a session that never leaves https once the address begins with it."""
    session = requests.Session()
    if urlsplit(url).scheme == "https":
        del session.adapters["http://"]
    return session


def append(
    answer: requests.Response, part: Path, *, start: int, total: int | None
) -> None:
    """Write the body to the part as it comes, from the byte ``start`` on."""
    # As sent: what calls itself compressed is a compressed file here.
    pieces = answer.raw.stream(PIECE, decode_content=False)
    with part.open("r+b" if start else "wb") as file:
        file.seek(start)
        for piece in told(pieces, target_name(part), done=start, total=total):
            file.write(piece)


def told(
    pieces: Iterable[bytes], name: str, *, done: int, total: int | None
) -> Iterator[bytes]:
    """Yield the pieces and report, now and then, what has come and the time left."""
    first, start = done, time.monotonic()
    last = start
    for piece in pieces:
        yield piece
        done, now = done + len(piece), time.monotonic()
        if now - last < SECONDS_BETWEEN_LINES and done != total:
            continue
        last = now
        if total is None:
            logger.info("%s: %.1f MB", name, done / 1e6)
        else:
            left = clock((now - start) / (done - first) * (total - done))
            sizes = (done / 1e6, total / 1e6)
            logger.info("%s: %.1f of %.1f MB, %s left", name, *sizes, left)


def fault_of(path: Path, expected: Mapping) -> str | None:
    """Say how a file is not what is expected; None if nothing speaks against it."""
    size = expected.get("bytes")
    if size is not None and size_of(path) != size:
        return f"has {size_of(path)} bytes where {size} are expected"
    with path.open("rb") as file:
        if WEB_PAGE.match(file.read(512)):
            return "is a web page, such as a login"
    for name in HASHES:
        if expected.get(name) and hash_of(path, name) != expected[name]:
            return f"has another {name} than the expected {expected[name]}"
    return None


def facts_of(url: str, path: Path, expected: Mapping) -> dict:
    """Give what a record says of a file in which no fault was found."""
    facts = {"url": url, "file": str(path), "bytes": size_of(path)}
    known = {name: expected[name] for name in HASHES if expected.get(name)}
    return facts | {"sha256": known.get("sha256") or hash_of(path, "sha256")} | known


def make_folder(folder: Path) -> None:
    """Make the folder of a target."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueError(refused(folder, error)) from None


def refused(folder: Path, error: OSError) -> str:
    """Say that a folder cannot be written to."""
    return (
        f"The folder {folder} cannot be written to: {error.strerror or error}. Make "
        "room, mend its rights, or set another folder in config.yaml."
    )
