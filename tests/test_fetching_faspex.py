import base64
import hashlib
import json
import logging
import sys
import time
from pathlib import Path

import pytest
from servers import PASSCODE, TOKEN, faspex_server

import fetch_faspex
from fetch_faspex import fetch_package
from regrade.faspex import is_whole, lacking, read_link

FAKE = Path(__file__).parent / "fake_ascp.py"
CASE = "UCSF-PDGM-0004_nifti/UCSF-PDGM-0004_"
KEPT = {f"UCSF-PDGM-v5/{CASE}{name}.nii.gz" for name in ("T1", "T1c", "T2", "FLAIR")}
WANTED = {
    "folders": ["/UCSF-PDGM-v5"],
    "leave_out": ["*_bias.nii.gz", "*_DTI_eddy*"],
    "sums": [],
}


@pytest.fixture
def package(tmp_path):
    """Give a folder like the package: six files of a case, two of them decoys."""
    folder = tmp_path / "package"
    for name in ("T1", "T1c", "T2", "FLAIR", "T1_bias", "DTI_eddy_FA"):
        path = folder / f"UCSF-PDGM-v5/{CASE}{name}.nii.gz"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * 100)
    lines = [
        f"{hashlib.md5(path.read_bytes()).hexdigest()} {path.relative_to(folder)}"
        for path in sorted(folder.rglob("*.nii.gz"))
    ]
    (folder / "UCSF.sums").write_text("\n".join(lines) + "\n")
    return folder


@pytest.fixture
def faspex(package):
    with faspex_server(package) as site:
        yield site


@pytest.fixture
def aspera(tmp_path, monkeypatch):
    """Put the stand-in where the settings look for ascp."""
    ascp, key = tmp_path / "bin" / "ascp", tmp_path / "key.pem"
    ascp.parent.mkdir()
    ascp.write_text(f'#!/bin/sh\nexec "{sys.executable}" "{FAKE}" "$@"\n')
    ascp.chmod(0o755)
    key.write_text("5ecret-key")
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "mishaps").touch()
    monkeypatch.setenv("FAKE_ASCP", str(notes))
    stall = {"stall": 1.5, "attempts": 2}
    return {"ascp": str(ascp), "key": str(key), "rate": "300m"} | stall


def go_wrong(aspera: dict, *mishaps: str) -> None:
    notes = Path(aspera["key"]).parent / "notes"
    (notes / "mishaps").write_text(" ".join(mishaps))


def calls(aspera: dict) -> list[list[str]]:
    path = Path(aspera["key"]).parent / "notes/calls"
    return [json.loads(line) for line in path.read_text().splitlines()]


def fetch(faspex, folder, aspera, **wanted):
    return fetch_package(
        faspex.link,
        folder,
        package=1065,
        wanted=WANTED | wanted,
        aspera=aspera,
        patience={"timeout": 5, "attempts": 2, "pause": 0.01},
    )


def names(folder: Path) -> set[str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix() for path in files}


@pytest.mark.parametrize("sizes", [True, False])
def test_what_is_wanted_comes_and_nothing_else(faspex, aspera, tmp_path, sizes):
    faspex.sizes = sizes
    record = fetch(faspex, tmp_path / "ucsf", aspera)
    assert names(tmp_path / "ucsf") == KEPT
    assert (record["files"], record["bytes"]) == (4, 1200)
    [call] = calls(aspera)
    assert call[:-2] == [
        *("-q", "-i", aspera["key"], "-L", call[4], "--mode", "recv"),
        *("--host", "host", "--user", "user", "-P", "33001", "-O", "33001"),
        *("-l", "300m", "-k", "1", "-E", "*_bias.nii.gz", "-E", "*_DTI_eddy*"),
    ]


def test_what_is_there_is_not_fetched_again(faspex, aspera, tmp_path):
    fetch(faspex, tmp_path / "ucsf", aspera)
    fetch(faspex, tmp_path / "ucsf", aspera)
    assert len(calls(aspera)) == 1


def test_parts_of_trees_lie_right_in_the_folder(faspex, aspera, tmp_path):
    folders = [f"/UCSF-PDGM-v5/{Path(CASE).parent}"]
    fetch(faspex, tmp_path / "ucsf", aspera, folders=folders)
    assert names(tmp_path / "ucsf") == {k.removeprefix("UCSF-PDGM-v5/") for k in KEPT}


@pytest.mark.parametrize("sizes", [True, False])
def test_cut_and_stalled_transfers_are_begun_again(faspex, aspera, tmp_path, sizes):
    faspex.sizes = sizes
    go_wrong(aspera, "cut", "stall", "cut")
    start = time.monotonic()
    fetch(faspex, tmp_path / "ucsf", aspera)
    assert names(tmp_path / "ucsf") == KEPT
    assert len(calls(aspera)) == 4
    assert time.monotonic() - start < 15  # the stalled one sleeps for a minute


def test_unfinished_files_are_not_taken_for_whole_ones(tmp_path):
    file = tmp_path / "a.nii.gz"
    assert not is_whole(file, None)
    file.touch()
    assert not is_whole(file, None)
    file.write_bytes(b"123")
    assert is_whole(file, None)
    assert is_whole(file, 3)
    assert not is_whole(file, 4)
    (tmp_path / "a.nii.gz.aspera-ckpt").touch()
    assert not is_whole(file, 3)
    listing = {"a.nii.gz": {"bytes": 3}, "b": {"bytes": None}}
    assert lacking(listing, tmp_path) == ["a.nii.gz", "b"]


@pytest.mark.parametrize(
    ("mishap", "reason"),
    [
        ("blocked", r"status 1 \(Session Stop \(Error: Client unable to connect"),
        ("refuse", r"status 1 \(failed to authenticate with \*\*\*\)"),
        ("lie", "ended with status 0"),
    ],
)
def test_a_transfer_that_brings_nothing(faspex, aspera, tmp_path, mishap, reason):
    go_wrong(aspera, *[mishap] * 9)
    with pytest.raises(ValueError, match="4 of 4 files are not there") as caught:
        fetch(faspex, tmp_path / "ucsf", aspera)
    assert caught.match(reason)
    assert caught.match("ports 33001 TCP and UDP")
    assert len(calls(aspera)) == 2


def test_the_packages_own_hashes_are_compared(faspex, aspera, tmp_path):
    folder = tmp_path / "ucsf"
    record = fetch(faspex, folder, aspera, sums=["/UCSF.sums"])
    assert record["md5_checked"] == 4
    (folder / f"UCSF-PDGM-v5/{CASE}T2.nii.gz").write_bytes(b"X2" * 100)
    with pytest.raises(ValueError, match="T2.nii.gz is damaged: its MD5 is not that"):
        fetch(faspex, folder, aspera, sums=["/UCSF.sums"])


def test_no_secret_is_told(faspex, aspera, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    go_wrong(aspera, "cut", "refuse", "refuse", "refuse")
    with pytest.raises(ValueError, match="are not there") as caught:
        fetch(faspex, tmp_path / "ucsf", aspera)
    ours = [r.getMessage() for r in caplog.records if r.name == "regrade"]
    told = json.dumps([str(caught.value), ours, calls(aspera)])
    for secret in (PASSCODE, TOKEN, faspex.context, "5ecret-key"):
        assert secret not in told


def test_no_ascp_and_no_key(faspex, aspera, tmp_path):
    for lacking_tool, word in (
        ({"ascp": "no-ascp"}, "`no-ascp`"),
        ({"key": "x"}, "key x"),
    ):
        with pytest.raises(ValueError, match=f"There is no {word}.*Aspera Connect"):
            fetch(faspex, tmp_path / "ucsf", aspera | lacking_tool)
    assert faspex.asked == []


def test_a_link_to_another_package(faspex, aspera, tmp_path):
    faspex.number = 604
    with pytest.raises(ValueError, match="package 604, but package 1065 is expected"):
        fetch(faspex, tmp_path / "ucsf", aspera)


def test_a_link_that_is_no_longer_good(faspex, aspera, tmp_path):
    faspex.good = False
    with pytest.raises(ValueError, match="refuses the link; the archive changes links"):
        fetch(faspex, tmp_path / "ucsf", aspera)


def test_a_server_that_cannot_be_reached(faspex, aspera, tmp_path):
    faspex.address = "http://127.0.0.1:9"
    with pytest.raises(ValueError, match=r"cannot be reached \(ConnectionError\)") as e:
        fetch(faspex, tmp_path / "ucsf", aspera)
    assert faspex.context not in str(e.value)


def test_a_server_in_trouble_is_asked_again(faspex, aspera, tmp_path):
    faspex.troubles = [503, 502]
    with pytest.raises(ValueError, match="config.js answers 502"):
        fetch(faspex, tmp_path / "ucsf", aspera)
    faspex.troubles = [503]
    fetch(faspex, tmp_path / "ucsf", aspera)
    assert names(tmp_path / "ucsf") == KEPT


def test_both_forms_of_a_link_are_read():
    context = base64.b64encode(b'{"package_id": 604}').decode().rstrip("=")
    for path in ("/aspera/faspex/public/package", "/"):
        link = f"https://a.org{path}?context={context}"
        assert read_link(link) == ("https://a.org/aspera/faspex", context, "604")


@pytest.mark.parametrize(
    "link", ["", "https://a.org", "https://a.org/?context=%21", "$NOT_SET"]
)
def test_what_is_no_link(link):
    with pytest.raises(ValueError, match="is no public link of Faspex"):
        read_link(link)


@pytest.mark.parametrize("path", ["/UCSF-PDGM-v5/../../evil", "UCSF-PDGM-v5/evil"])
def test_a_listing_that_leads_out_of_the_folder(
    faspex, aspera, tmp_path, monkeypatch, path
):
    entry = {"path": path, "type": "file", "size": 1}
    monkeypatch.setattr("regrade.faspex.entries_of", lambda *_: [entry])
    with pytest.raises(ValueError, match="which is not below"):
        fetch(faspex, tmp_path / "ucsf", aspera)


def test_the_last_line_of_a_program_without_secrets():
    assert fetch_faspex.last_line("a\nb: tok\n", ["tok"]) == " (b: ***)"
    assert fetch_faspex.last_line("", ["tok"]) == ""
