"""Judge a server's answer to a download: a file, a part of one, or something else."""

import re
import shutil
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path

import requests

# Answers after which the same question may be asked again, besides all from 500 on.
PASSING = (408, 425, 429)
LONGEST_PAUSE = 300.0  # s, between two tries
PAGES = ("text/html", "application/xhtml+xml")
CORRECT = "correct the file with the sources (`fetch: sources` in config.yaml)"


class InterruptedTransferError(Exception):
    """The transfer broke off; the next try may go on from there."""


class ChangedFileError(Exception):
    """What has come so far is no part of the server's file; begin again."""


def check_answer(answer: requests.Response, url: str) -> None:
    """Refuse answers that are no file; after a passing fault one may ask again."""
    words = f"the server answers {answer.status_code} ({answer.reason})"
    if answer.status_code in PASSING or answer.status_code >= 500:
        raise InterruptedTransferError(words)
    if answer.status_code not in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        raise ValueError(
            f"{url} cannot be fetched: {words}. Its owners may have moved it; "
            f"{CORRECT}."
        )
    kind = answer.headers.get("Content-Type", "").split(";")[0].strip().lower()
    if kind in PAGES:
        raise ValueError(
            f"{url} answers with a web page instead of the file; a login, a licence to "
            "accept or a notice may stand in between. Open it in a browser, and put "
            "the file into the folder yourself."
        )


def check_complete(answer: requests.Response, start: int, state: Mapping) -> None:
    """Understand "no such range": either all has come, or the file is another one."""
    all_there = state.get("total") in (None, start)
    if answer.headers.get("Content-Range") != f"bytes */{start}" or not all_there:
        raise ChangedFileError("the server's file is another one by now")


def marks_of(answer: requests.Response) -> dict:
    """Give what marks the state of the server's file; None where it says nothing.

    Weak entity tags are no marks: they promise the same meaning, not the same bytes.
    """
    etag = answer.headers.get("ETag")
    return {
        "etag": None if etag and etag.startswith("W/") else etag,
        "last_modified": answer.headers.get("Last-Modified"),
        "total": total_of(answer),
    }


def total_of(answer: requests.Response) -> int | None:
    """Give the size of the whole file, where the answer says it."""
    if answer.status_code == HTTPStatus.PARTIAL_CONTENT:
        length = answer.headers.get("Content-Range", "").rpartition("/")[2]
    else:
        length = answer.headers.get("Content-Length", "")
    return int(length) if length.isdigit() else None


def first_byte(answer: requests.Response, start: int, state: Mapping) -> int:
    """Give the byte at which the answer begins: 0, or the one that was asked for.

    Parameters
    ----------
    state : marks of the file of which the bytes so far are a part
    """
    if answer.status_code == HTTPStatus.OK:  # a server need not know ranges
        return 0
    first = re.match(r"bytes (\d+)-", answer.headers.get("Content-Range", ""))
    pairs = [(mark, state.get(key)) for key, mark in marks_of(answer).items()]
    same = all(mark == known for mark, known in pairs if None not in (mark, known))
    if not first or int(first[1]) != start or not same:
        raise ChangedFileError("the server's file changed in the meantime")
    return start


def check_room(
    url: str, folder: Path, *, total: int | None, start: int, expected: Mapping
) -> None:
    """Refuse a file of another size, or one for which the disk has no room."""
    size = expected.get("bytes")
    if None not in (total, size) and total != size:
        raise ValueError(
            f"{url} has {total} bytes, but {size} are expected. Open it in a browser; "
            f"if its owners changed it, {CORRECT}."
        )
    free = shutil.disk_usage(folder).free
    lacking = (total or size or 0) - start - free
    if lacking > 0:
        raise ValueError(
            f"{folder} has {free / 1e6:.0f} MB free, {lacking / 1e6:.0f} MB too few "
            f"for {url}; make room or set another folder in config.yaml."
        )


def unusable(url: str, error: requests.RequestException) -> str:
    """Say why an address cannot be asked at all, or leads nowhere."""
    if isinstance(error, requests.exceptions.InvalidSchema):
        return (
            f"{url} cannot be fetched: the address, or one to which it leads, does not "
            "begin with https://; one given as https is not left for http."
        )
    if isinstance(error, requests.TooManyRedirects):
        return f"{url} cannot be fetched: it leads from address to address without end."
    return f"{url} cannot be fetched ({type(error).__name__}); correct the address."
