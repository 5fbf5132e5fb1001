import hashlib
import json
import logging
import random

import pytest
from servers import (
    change,
    claim_length,
    cut,
    cut_without_length,
    file_server,
    say,
    stall,
)

from regrade import downloads
from regrade.downloads import download

CONTENT = random.Random(1).randbytes(300_000)
OTHER = random.Random(2).randbytes(300_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
KNOWN = {"bytes": len(CONTENT), "sha256": SHA256}
PATIENCE = {"timeout": 5, "attempts": 3, "pause": 0.01}


@pytest.fixture
def site():
    with file_server({"ixi.tar": CONTENT}) as site:
        yield site


@pytest.fixture
def target(tmp_path):
    return tmp_path / "cohort" / "ixi.tar"


def fetch(site, target, expected, **patience):
    url = site.url("ixi.tar")
    return download(url, target, expected=expected, **PATIENCE | patience)


def left_over(target):
    return sorted(path.name for path in target.parent.iterdir())


@pytest.mark.parametrize("expected", [KNOWN, {}])
def test_a_file_comes_whole(site, target, expected):
    record = fetch(site, target, expected)
    assert target.read_bytes() == CONTENT
    assert left_over(target) == ["ixi.tar"]
    assert record == {
        "url": site.url("ixi.tar"),
        "file": str(target),
        "bytes": 300_000,
        "sha256": SHA256,
        "state": "downloaded",
    }


def test_an_md5_is_checked_and_recorded(site, target):
    md5 = hashlib.md5(CONTENT).hexdigest()
    assert fetch(site, target, {"md5": md5})["md5"] == md5
    target.unlink()
    with pytest.raises(ValueError, match="another md5 than the expected 0"):
        fetch(site, target, {"md5": "0" * 32})


def test_what_is_there_and_whole_is_not_asked_for(site, target):
    fetch(site, target, KNOWN)
    assert fetch(site, target, KNOWN)["state"] == "was there"
    assert fetch(site, target, {})["sha256"] == SHA256
    assert len(site.asked) == 1


@pytest.mark.parametrize("content", [OTHER, CONTENT[:-1], b""])
def test_another_file_is_never_overwritten(site, target, content):
    target.parent.mkdir()
    target.write_bytes(content)
    with pytest.raises(ValueError, match="It is not overwritten: move it away"):
        fetch(site, target, KNOWN)
    assert target.read_bytes() == content
    assert not site.asked


def test_a_cut_transfer_goes_on_where_it_broke_off(site, target):
    site.misfortunes = [cut(100_000), cut(150_000)]
    fetch(site, target, KNOWN)
    assert target.read_bytes() == CONTENT
    assert [asked.get("Range") for asked in site.asked] == [
        None,
        "bytes=100000-",
        "bytes=250000-",
    ]
    assert site.sent == len(CONTENT)


def test_a_second_run_goes_on_too(site, target):
    site.misfortunes = [cut(200_000), say(503), say(503)]
    with pytest.raises(ValueError, match="200000 bytes are kept, and the next"):
        fetch(site, target, {}, attempts=2)
    assert left_over(target) == [".ixi.tar.part", ".ixi.tar.part.json"]
    site.misfortunes = []
    fetch(site, target, {})
    assert target.read_bytes() == CONTENT
    assert site.sent == len(CONTENT)


def test_tries_that_bring_something_do_not_count(site, target):
    site.misfortunes = [cut(40_000)] * 6
    fetch(site, target, KNOWN, attempts=2)
    assert target.read_bytes() == CONTENT
    assert len(site.asked) == 7


def test_a_download_that_was_whole_but_not_moved_is_not_asked_for_again(site, target):
    site.misfortunes = [cut(299_999), cut(1)]
    fetch(site, target, KNOWN, attempts=4)
    part = downloads.part_of(target)
    target.rename(part)
    state = {"url": site.url("ixi.tar"), "etag": '"one"', "total": len(CONTENT)}
    part.with_name(f"{part.name}.json").write_text(json.dumps(state))
    before = site.sent
    fetch(site, target, {})
    assert target.read_bytes() == CONTENT
    assert site.sent == before


@pytest.mark.parametrize("expected", [{}, {"bytes": 300_000}])
@pytest.mark.parametrize("etag", ['"two"', None])
def test_a_file_changed_in_the_middle_is_fetched_anew(site, target, expected, etag):
    site.misfortunes = [cut(100_000), change(OTHER, etag)]
    fetch(site, target, expected)
    assert target.read_bytes() == OTHER


def test_a_changed_file_whose_server_ignores_if_range(site, target):
    site.etag = None
    site.misfortunes = [cut(100_000), change(OTHER, None)]
    record = fetch(site, target, {"sha256": hashlib.sha256(OTHER).hexdigest()})
    assert target.read_bytes() == OTHER
    assert record["state"] == "downloaded"
    assert [asked.get("Range") for asked in site.asked] == [None, "bytes=100000-", None]


def test_a_server_that_does_not_know_if_range_is_caught_by_its_marks(site, target):
    site.careless = True
    site.misfortunes = [cut(100_000), change(OTHER, '"two"')]
    fetch(site, target, {})
    assert target.read_bytes() == OTHER
    assert [asked.get("Range") for asked in site.asked] == [None, "bytes=100000-", None]


def test_a_careless_server_without_marks_is_caught_by_the_size(site, target):
    site.careless, site.etag, site.last_modified = True, None, "yesterday"
    site.misfortunes = [cut(100_000), change(OTHER[:200_000], None)]
    fetch(site, target, {})
    assert target.read_bytes() == OTHER[:200_000]


def test_pieces_from_two_addresses_are_not_joined(site, target):
    site.files["mirror.tar"] = OTHER
    site.misfortunes = [cut(100_000), say(404)]
    with pytest.raises(ValueError, match="answers 404"):
        fetch(site, target, {})
    download(site.url("mirror.tar"), target, expected={}, **PATIENCE)
    assert target.read_bytes() == OTHER


def test_pieces_are_not_joined_without_a_mark_or_a_hash(site, target):
    site.etag = None
    site.misfortunes = [cut(100_000), change(OTHER, None)]
    fetch(site, target, {})
    assert target.read_bytes() == OTHER
    assert [asked.get("Range") for asked in site.asked] == [None, None]


def test_a_weak_tag_is_no_mark_but_a_date_is(site, target):
    site.etag, site.last_modified = 'W/"one"', "Tue, 07 Oct 2014 17:48:09 GMT"
    site.misfortunes = [cut(100_000)]
    fetch(site, target, {})
    assert target.read_bytes() == CONTENT
    assert site.asked[1]["If-Range"] == "Tue, 07 Oct 2014 17:48:09 GMT"
    assert site.sent == len(CONTENT)


def test_a_server_that_forgets_ranges_sends_all_again(site, target):
    site.ranges = False
    site.misfortunes = [cut(100_000)]
    fetch(site, target, KNOWN)
    assert target.read_bytes() == CONTENT
    assert site.sent == 400_000


def test_a_server_that_cuts_and_knows_no_ranges_is_given_up(site, target):
    site.ranges = False
    site.misfortunes = [cut(100_000)] * 9
    with pytest.raises(ValueError, match="3 tries in a row brought nothing new"):
        fetch(site, target, KNOWN)
    assert not target.exists()


def test_the_wrong_content_of_the_right_size(site, target):
    site.files["ixi.tar"] = OTHER
    with pytest.raises(ValueError, match="another sha256 than the expected"):
        fetch(site, target, KNOWN)
    assert left_over(target) == []
    assert len(site.asked) == 1


def test_a_body_shorter_than_promised(site, target):
    site.misfortunes = [claim_length(300_010)] * 20
    with pytest.raises(ValueError, match="could not be downloaded"):
        fetch(site, target, {})
    assert not target.exists()


def test_a_body_without_length_is_whole_when_its_size_is_known(site, target):
    site.misfortunes = [cut_without_length(100_000)]
    fetch(site, target, {"bytes": 300_000})
    assert target.read_bytes() == CONTENT
    assert site.sent == len(CONTENT)


def test_a_stalled_connection_is_given_up_and_resumed(site, target):
    site.misfortunes = [stall(100_000, 5)]
    fetch(site, target, KNOWN, timeout=0.3)
    assert target.read_bytes() == CONTENT
    assert site.asked[1]["Range"] == f"bytes={downloads.PIECE}-"


def test_progress_is_told(site, target, caplog, monkeypatch):
    caplog.set_level(logging.INFO, "regrade")
    monkeypatch.setattr(downloads, "PIECE", 100_000)
    monkeypatch.setattr(downloads, "SECONDS_BETWEEN_LINES", 0.0)
    fetch(site, target, KNOWN)
    assert caplog.messages[0].startswith("ixi.tar: 0.1 of 0.3 MB, 0:00:00 left")
    assert caplog.messages[-1] == "ixi.tar: 0.3 of 0.3 MB, 0:00:00 left"
