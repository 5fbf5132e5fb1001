import errno
import io
import os
import shutil
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from regrade import archives
from regrade.archives import is_archive, unpack
from unpack_cohort import bring_tables

FILES = {"a/t1.nii.gz": b"one" * 400, "b.txt": b"two", "a/._t1.nii.gz": b"fork"}


def write_tar(path: Path, files: dict, *entries: tarfile.TarInfo, mode="w") -> Path:
    with tarfile.open(path, mode) as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        for entry in entries:
            tar.addfile(entry)
    return path


def write_zip(path: Path, files: dict, *entries: zipfile.ZipInfo) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for entry in entries:
            archive.writestr(entry, b"/etc/passwd")
    return path


def tar_entry(name: str, kind: bytes, to: str = "") -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.linkname = kind, to
    return entry


def zip_entry(name: str, kind: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3  # Unix
    entry.external_attr = (kind | 0o644) << 16
    return entry


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def boxed(tmp_path):
    """Give a folder deep in others, all of which are looked at for what got out."""
    folder = tmp_path / "outer" / "cohort"
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_a_tar_archive(boxed, mode):
    ending = ".tar" + mode[1:].replace(":", ".")
    archive = write_tar(boxed / f"x{ending}", FILES, mode=mode)
    record = unpack(archive, boxed / "x")
    assert tree(boxed / "x") == {"a/t1.nii.gz": b"one" * 400, "b.txt": b"two"}
    assert (record["files"], record["bytes"]) == (2, 1203)
    assert sorted(path.name for path in boxed.iterdir()) == ["x", f"x{ending}"]


def test_a_zip_archive_with_what_macos_adds(boxed):
    litter = {"__MACOSX/a/t1.nii.gz": b"x", "a/.DS_Store": b"x", "c/": b""}
    unpack(write_zip(boxed / "x.zip", FILES | litter), boxed / "x")
    assert tree(boxed / "x") == {"a/t1.nii.gz": b"one" * 400, "b.txt": b"two"}


def test_unpacked_files_cannot_be_run(boxed):
    entry = tarfile.TarInfo("run.sh")
    entry.mode = 0o6777
    unpack(write_tar(boxed / "x.tar", {}, entry), boxed / "x")
    assert stat.S_IMODE((boxed / "x/run.sh").stat().st_mode) & 0o7022 == 0


OUT = "leads out of the folder"
ATTACKS = {
    "upwards": (tar_entry("../evil", tarfile.REGTYPE), OUT),
    "upwards in the middle": (tar_entry("a/../../evil", tarfile.REGTYPE), OUT),
    "absolute": (tar_entry("/regrade-evil", tarfile.REGTYPE), OUT),
    "of another system": (tar_entry("..\\evil", tarfile.REGTYPE), OUT),
    "on another drive": (tar_entry("C:evil", tarfile.REGTYPE), OUT),
    "link upwards": (tar_entry("a", tarfile.SYMTYPE, "../.."), "is a link"),
    "link to a file": (tar_entry("a", tarfile.SYMTYPE, "/etc/passwd"), "is a link"),
    "link inside": (tar_entry("c", tarfile.SYMTYPE, "b.txt"), "is a link"),
    "hard link": (tar_entry("c", tarfile.LNKTYPE, "/etc/passwd"), "is a link"),
    "device": (tar_entry("c", tarfile.CHRTYPE), "is a device or pipe"),
    "disk": (tar_entry("c", tarfile.BLKTYPE), "is a device or pipe"),
    "pipe": (tar_entry("c", tarfile.FIFOTYPE), "is a device or pipe"),
    "twice": (tar_entry("b.txt", tarfile.REGTYPE), "stands there twice"),
    "zip upwards": (zip_entry("../evil", stat.S_IFREG), OUT),
    "zip absolute": (zip_entry("/regrade-evil", stat.S_IFREG), OUT),
    "zip of another system": (zip_entry("a\\..\\..\\evil", stat.S_IFREG), OUT),
    "zip link": (zip_entry("c", stat.S_IFLNK), "is a link"),
    "zip device": (zip_entry("c", stat.S_IFCHR), "is a device or pipe"),
    "zip twice": (zip_entry("b.txt", stat.S_IFREG), "stands there twice"),
}


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(("entry", "fault"), ATTACKS.values(), ids=ATTACKS)
def test_an_attack_writes_nothing(boxed, tmp_path, entry, fault):
    zipped = isinstance(entry, zipfile.ZipInfo)
    write, name = (write_zip, "x.zip") if zipped else (write_tar, "x.tar")
    archive = write(boxed / name, FILES, entry)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ValueError, match=f"is not unpacked: its member .*{fault}"):
        unpack(archive, boxed / "x")
    assert sorted(tmp_path.rglob("*")) == before
    assert not Path("/regrade-evil").exists()


def test_a_link_that_a_later_member_goes_through(boxed, tmp_path):
    """The classic pair: a folder that is a link, then a file below it."""
    link, file = tar_entry("d", tarfile.SYMTYPE, str(tmp_path)), tarfile.TarInfo("d/e")
    archive = write_tar(boxed / "x.tar", {}, link, file)
    with pytest.raises(ValueError, match="'d' is a link"):
        unpack(archive, boxed / "x")
    assert not (tmp_path / "e").exists()


def test_an_encrypted_zip_archive(boxed):
    archive = write_zip(boxed / "x.zip", {"a": b"1"})
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(content)
    with pytest.raises(ValueError, match="'a' is encrypted"):
        unpack(archive, boxed / "x")


@pytest.mark.parametrize("name", ["x.tar", "x.zip", "x.tar.gz"])
def test_a_bomb_does_not_fill_the_disk(boxed, monkeypatch, name):
    write = write_zip if name == "x.zip" else write_tar
    mode = {"mode": "w:gz"} if name.endswith(".gz") else {}
    archive = write(boxed / name, {"zeros": bytes(5_000_000)}, **mode)
    usage = shutil.disk_usage("/")._replace(free=4_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(ValueError, match="holds 5 MB, but .* has only 4 MB free"):
        unpack(archive, boxed / "x")
    assert sorted(path.name for path in boxed.iterdir()) == [name]


@pytest.mark.parametrize("mode", ["w", "w:gz"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
def test_an_archive_that_was_cut_short(boxed, mode, share):
    files = {f"{n}.bin": os.urandom(3000) for n in range(9)}
    archive = write_tar(boxed / "x.tar", files, mode=mode)
    content = archive.read_bytes()
    # The end marks fill a record of 20 blocks; cut within the members.
    length = len(content) if mode == "w:gz" else 9 * 3584
    archive.write_bytes(content[: int(share * length)])
    with pytest.raises(ValueError, match="it is damaged or cut short"):
        unpack(archive, boxed / "x")
    assert sorted(path.name for path in boxed.iterdir()) == ["x.tar"]


def test_a_tar_archive_cut_between_two_members(boxed):
    archive = write_tar(boxed / "x.tar", {"a": b"1", "b": b"2"})
    archive.write_bytes(archive.read_bytes()[:1024])
    with pytest.raises(ValueError, match="no end mark"):
        unpack(archive, boxed / "x")


def test_a_zip_archive_with_a_flipped_byte(boxed):
    archive = write_zip(boxed / "x.zip", {"a": os.urandom(3000)})
    content = bytearray(archive.read_bytes())
    content[1000] ^= 255
    archive.write_bytes(content)
    with pytest.raises(ValueError, match="it is damaged or cut short"):
        unpack(archive, boxed / "x")
    assert sorted(path.name for path in boxed.iterdir()) == ["x.zip"]


@pytest.mark.parametrize("name", ["x.tar", "x.zip"])
def test_what_is_no_archive(boxed, name):
    (boxed / name).write_bytes(b"<html>log in</html>")
    with pytest.raises(ValueError, match="it is damaged or cut short"):
        unpack(boxed / name, boxed / "x")


def test_a_folder_that_is_there_is_left_alone(boxed):
    (boxed / "x").mkdir()
    archive = write_tar(boxed / "x.tar", FILES)
    with pytest.raises(ValueError, match="is there already; remove it"):
        unpack(archive, boxed / "x")
    assert not list((boxed / "x").iterdir())


def test_what_a_killed_run_left_is_replaced(boxed):
    (boxed / ".x.unpacking/old").mkdir(parents=True)
    unpack(write_tar(boxed / "x.tar", FILES), boxed / "x")
    assert "old" not in {path.name for path in (boxed / "x").iterdir()}


def test_an_archive_that_is_not_there(boxed):
    with pytest.raises(ValueError, match="There is no archive"):
        unpack(boxed / "x.zip", boxed / "x")


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/data/x.TAR", True), ("x.tar.gz", True), ("kaggle.zip", True), ("x", False)],
)
def test_archives_are_told_by_name(path, expected):
    assert is_archive(path) is expected


def test_a_compression_that_python_lacks(boxed):
    archive = write_zip(boxed / "x.zip", {"a": b"1"})
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 10] = 9  # deflate64, as Windows writes it
    archive.write_bytes(content)
    with pytest.raises(ValueError, match="only other programs undo"):
        unpack(archive, boxed / "x")


def test_a_disk_that_fills_up_meanwhile(boxed, monkeypatch):
    def no_space(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(archives, "extract", no_space)
    with pytest.raises(ValueError, match="cannot be unpacked into .*: No space left"):
        unpack(write_tar(boxed / "x.tar", FILES), boxed / "x")


def test_tables_beside_an_archive_come_along(boxed):
    archive = write_tar(boxed / "x.tar", FILES)
    (boxed / "IXI.xls").write_bytes(b"table")
    (boxed / "b.csv").write_bytes(b"more")
    (boxed / "notes.txt").write_bytes(b"no table")
    unpack(archive, boxed / "x")
    bring_tables(archive, boxed / "x")
    content = {"a/t1.nii.gz": b"one" * 400, "b.txt": b"two"}
    assert tree(boxed / "x") == content | {"IXI.xls": b"table", "b.csv": b"more"}
