"""What a download says to answers that are no file, and to places that take none."""

import hashlib
import json
import random
import shutil

import pytest
import requests
from servers import (
    WEB_PAGE,
    cut,
    file_server,
    page,
    say,
)

from regrade import downloads
from regrade.downloads import download

CONTENT = random.Random(1).randbytes(300_000)
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


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/x-tar"])
@pytest.mark.parametrize("expected", [KNOWN, {}, {"sha256": SHA256}])
def test_a_login_page_is_not_taken_for_the_file(site, target, kind, expected):
    site.misfortunes = [page(kind)] * 9
    with pytest.raises(ValueError, match="web page|bytes, but 300000 are expected"):
        fetch(site, target, expected)
    assert left_over(target) == []


def test_a_login_page_in_the_middle_leaves_what_has_come(site, target):
    site.misfortunes = [cut(100_000), page("text/html")]
    with pytest.raises(ValueError, match="answers with a web page"):
        fetch(site, target, KNOWN)
    fetch(site, target, KNOWN)
    assert target.read_bytes() == CONTENT
    assert site.sent == len(CONTENT) + len(WEB_PAGE)


def test_another_size_is_refused_before_it_is_fetched(site, target):
    site.files["ixi.tar"] = CONTENT * 2
    with pytest.raises(ValueError, match="has 600000 bytes, but 300000 are expected"):
        fetch(site, target, KNOWN)
    assert not target.exists()


def test_a_server_in_trouble_is_asked_again(site, target):
    site.misfortunes = [say(503), say(429)]
    fetch(site, target, KNOWN)
    assert target.read_bytes() == CONTENT


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_lasting_refusal_is_a_sentence_at_once(site, target, status):
    site.misfortunes = [say(status)]
    with pytest.raises(ValueError, match=f"answers {status} .*may have moved it"):
        fetch(site, target, KNOWN)
    assert len(site.asked) == 1


def test_redirects_are_followed(site, target):
    site.misfortunes = [
        say(301, Location="/moved"),
        say(302, Location=site.url("ixi.tar")),
    ]
    assert fetch(site, target, KNOWN)["url"] == site.url("ixi.tar")
    assert target.read_bytes() == CONTENT


def test_redirects_without_end(site, target):
    site.misfortunes = [say(302, Location="/ixi.tar")] * 40
    with pytest.raises(ValueError, match="from address to address without end"):
        fetch(site, target, KNOWN)


class Downgrade(requests.adapters.BaseAdapter):
    """A secure server that leads to an insecure one."""

    def __init__(self, location):
        super().__init__()
        self.location = location

    def send(self, request, **_):
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = 302, request, request.url
        answer.headers["Location"] = self.location
        answer.raw = None
        return answer

    def close(self):
        pass


def test_https_is_not_left_for_http(site, target, monkeypatch):
    open_session = downloads.session_for

    def session_for(url):
        session = open_session(url)
        session.adapters["https://"] = Downgrade(site.url("ixi.tar"))
        return session

    monkeypatch.setattr(downloads, "session_for", session_for)
    with pytest.raises(ValueError, match="given as https is not left for http"):
        download("https://a.org/x.tar", target, expected=KNOWN, **PATIENCE)
    assert not site.asked


def test_no_server_at_all(target):
    with pytest.raises(ValueError, match="could not be downloaded: the connection"):
        download("http://127.0.0.1:9/x", target, expected={}, **PATIENCE)


@pytest.mark.parametrize("url", ["ftp://a.org/x", "no address", "http://"])
def test_an_address_that_is_none(target, url):
    with pytest.raises(ValueError, match="cannot be fetched"):
        download(url, target, expected={}, **PATIENCE)


def test_no_room_on_the_disk(site, target, monkeypatch):
    usage = shutil.disk_usage("/")._replace(free=100_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ValueError, match="0 MB free, 0 MB too few for"):
        fetch(site, target, KNOWN)
    assert site.sent <= len(CONTENT)
    assert not target.exists()


def test_a_disk_that_fills_up_meanwhile(site, target):
    target.parent.mkdir()
    part = downloads.part_of(target)
    part.symlink_to("/dev/full")
    state = {"url": site.url("ixi.tar"), "etag": '"one"'}
    part.with_name(f"{part.name}.json").write_text(json.dumps(state))
    begin = downloads.begin
    downloads.begin = lambda part, state: None  # else the link would be removed
    try:
        with pytest.raises(ValueError, match="cannot be written to: No space left"):
            fetch(site, target, KNOWN)
    finally:
        downloads.begin = begin
    assert not target.exists()


def test_a_folder_that_cannot_be_made(site, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="file/cohort cannot be written to: Not a dir"):
        fetch(site, tmp_path / "file/cohort/ixi.tar", KNOWN)
