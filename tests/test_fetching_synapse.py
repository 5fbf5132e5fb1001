import io
import logging
import sys
import zipfile

import pytest

from fetch_synapse import fetch_synapse

TOKEN = "5ecret-token"
CLIENT = """#!{python}
import os, sys
from pathlib import Path
assert sys.argv[1:4] == ["get", "-r", "syn51514105"], sys.argv
assert sys.argv[4] == "--downloadLocation"
token, status = os.environ["SYNAPSE_AUTH_TOKEN"], {status}
print("Downloading 10%\\rDownloading 100%")
if status:
    print("SynapseHTTPError: 403: no access with", token, file=sys.stderr)
    sys.exit(status)
for name, content in {files}.items():
    (Path(sys.argv[5]) / name).write_bytes(content)
"""


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture
def client(tmp_path, monkeypatch):
    """Give a function that puts a stand-in for the client on the PATH."""
    monkeypatch.setenv("SYNAPSE_AUTH_TOKEN", TOKEN)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    def install(files: dict, status: int = 0) -> None:
        path = tmp_path / "bin" / "synapse"
        path.parent.mkdir(exist_ok=True)
        text = CLIENT.format(python=sys.executable, status=status, files=files)
        path.write_text(text)
        path.chmod(0o755)

    return install


def test_archives_are_unpacked_beside_themselves(client, tmp_path):
    folder = tmp_path / "brats2023"
    client({"GLI-Training.zip": zipped({"BraTS-GLI-00000-000/a": b"1"}), "x.csv": b"2"})
    for _ in range(2):  # a second run finds the folder there
        record = fetch_synapse("syn51514105", folder)
        assert (folder / "GLI-Training/BraTS-GLI-00000-000/a").read_bytes() == b"1"
        assert record["unpacked"] == ["GLI-Training"]
    assert record["synapse"] == "syn51514105"
    assert TOKEN not in str(record)


def test_no_token(client, tmp_path, monkeypatch):
    client({"a": b"1"})
    monkeypatch.delenv("SYNAPSE_AUTH_TOKEN")
    with pytest.raises(ValueError, match="variable SYNAPSE_AUTH_TOKEN is not set"):
        fetch_synapse("syn51514105", tmp_path / "brats2023")


def test_no_client(client, tmp_path):
    with pytest.raises(ValueError, match="There is no command `synapse`; run with"):
        fetch_synapse("syn51514105", tmp_path / "brats2023")


def test_a_client_that_fails_is_quoted_without_the_token(client, tmp_path, caplog):
    caplog.set_level(logging.INFO, "regrade")
    client({}, status=2)
    with pytest.raises(
        ValueError, match=r"status 2\).*no access with \*\*\*"
    ) as caught:
        fetch_synapse("syn51514105", tmp_path / "brats2023")
    assert TOKEN not in str(caught.value) + caplog.text


def test_nothing_came(client, tmp_path):
    client({})
    with pytest.raises(ValueError, match="Synapse gave no file for syn51514105"):
        fetch_synapse("syn51514105", tmp_path / "brats2023")


def test_half_an_archive_is_no_cohort(client, tmp_path):
    client({"GLI.zip": zipped({"a": b"1" * 500})[:300]})
    with pytest.raises(ValueError, match="damaged or cut short"):
        fetch_synapse("syn51514105", tmp_path / "brats2023")
    assert not (tmp_path / "brats2023/GLI").exists()
