"""Logs and progress: one line to the log file of the rule and to the terminal."""

import logging
import sys
import time
import traceback
from collections.abc import Iterable, Iterator, Sized
from pathlib import Path
from types import TracebackType

logger = logging.getLogger("regrade")

SECONDS_BETWEEN_LINES = 5.0


def log_to(path: str) -> None:
    """Send messages and uncaught errors to the log file and to the terminal.

    A ``ValueError`` of this project is a sentence for the user and is shown without a
    traceback; any other error is a fault of the program and keeps it.
    """
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(message)s",
        datefmt="%H:%M:%S",
        handlers=[logging.FileHandler(path, mode="w"), logging.StreamHandler()],
        force=True,
    )
    logging.captureWarnings(True)
    sys.excepthook = _log_error


def _log_error(kind: type, error: BaseException, trace: TracebackType) -> None:
    *_, last = traceback.extract_tb(trace)
    installed = any(
        map(Path(last.filename).is_relative_to, (sys.prefix, sys.base_prefix))
    )
    # A ValueError out of compiled code ends in a line of ours, but not in a `raise`.
    raised = (last.line or "").startswith("raise ")
    if kind is ValueError and raised and not installed:
        logger.error("Stopped: %s", error)
    else:
        logger.error("%s", "".join(traceback.format_exception(kind, error, trace)))


def progress(items: Iterable, unit: str) -> Iterator:
    """Yield the items and report, now and then, how many are done and the time left.

    Parameters
    ----------
    items : anything with a length
    unit : what is counted, in the plural: "subjects", "epochs"
    """
    assert isinstance(items, Sized)
    start = last = time.monotonic()
    for done, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - last >= SECONDS_BETWEEN_LINES or done == len(items):
            left = (now - start) / done * (len(items) - done)
            logger.info("%d of %d %s, %s left", done, len(items), unit, clock(left))
            last = now


def clock(seconds: float) -> str:
    """Write a duration as h:mm:ss."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
