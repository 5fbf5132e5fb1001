import logging
import subprocess
import sys
from pathlib import Path

import pytest

from regrade import logs
from regrade.logs import clock, progress

SCRIPTS = Path(__file__).parents[1] / "scripts"


def run(folder: Path, body: str) -> tuple[int, str]:
    """Run a script that logs; give its exit status and its log."""
    script = folder / "script.py"
    script.write_text(f"from regrade.logs import log_to\nlog_to('log')\n{body}\n")
    ended = subprocess.run(
        [sys.executable, script],
        cwd=folder,
        env={"PYTHONPATH": str(SCRIPTS)},
        capture_output=True,
        text=True,
        check=False,
    )
    log = (folder / "log").read_text()
    assert log == ended.stderr  # the terminal shows the same
    return ended.returncode, log


def test_a_sentence_is_shown_without_a_traceback(tmp_path):
    body = "def check():\n    raise ValueError(\n        'The mask is empty.'\n    )\n"
    status, log = run(tmp_path, body + "check()")
    assert status == 1
    assert log.endswith("Stopped: The mask is empty.\n")
    assert "Traceback" not in log


@pytest.mark.parametrize(
    "body",
    [
        "int('seven')",  # compiled code
        "import ipaddress\nipaddress.ip_address('x')",  # somebody else's sentence
        "{}['missing']",
        "raise UnicodeError('a kind of ValueError')",
    ],
)
def test_a_fault_keeps_its_traceback(tmp_path, body):
    status, log = run(tmp_path, body)
    assert status == 1
    assert "Traceback" in log
    assert "script.py" in log


def test_warnings_reach_the_log(tmp_path):
    status, log = run(tmp_path, "import warnings\nwarnings.warn('Look here.')")
    assert status == 0
    assert "Look here." in log


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00:00"), (59.6, "0:01:00"), (3661, "1:01:01")]
)
def test_durations(seconds, shown):
    assert clock(seconds) == shown


def test_progress_gives_every_item_and_tells_of_the_last(caplog):
    caplog.set_level(logging.INFO, "regrade")
    assert list(progress(["a", "b", "c"], "subjects")) == ["a", "b", "c"]
    assert caplog.messages == ["3 of 3 subjects, 0:00:00 left"]


def test_progress_tells_the_time_left(caplog, monkeypatch):
    caplog.set_level(logging.INFO, "regrade")
    clock = iter([0, 4, 8, 12, 16])  # 4 s an item, a line at least 5 s after the last
    monkeypatch.setattr(logs.time, "monotonic", lambda: next(clock))
    list(progress(range(4), "epochs"))
    assert caplog.messages == [
        "2 of 4 epochs, 0:00:08 left",
        "4 of 4 epochs, 0:00:00 left",
    ]


def test_nothing_to_do_is_nothing_to_tell(caplog):
    caplog.set_level(logging.INFO, "regrade")
    assert list(progress([], "subjects")) == []
    assert not caplog.messages
