"""Unpack a tar or zip archive into a folder of its own, whole or not at all.

All members are looked at before anything is written. Images come as plain files in
folders; whatever else an archive holds (links, devices, names that lead out of the
folder) is a reason to refuse it.
"""

import gzip
import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from regrade.logs import progress

ENDINGS = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".zip")
# What reading a broken archive raises.
BROKEN = (
    tarfile.TarError,
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
)
BLOCK = 512  # bytes; a tar archive ends with blocks of zeros
ENCRYPTED = 1  # flag of a zip member
COMPRESSIONS = (
    zipfile.ZIP_STORED,
    zipfile.ZIP_DEFLATED,
    zipfile.ZIP_BZIP2,
    zipfile.ZIP_LZMA,
)


@dataclass(frozen=True)
class Member:
    """What an archive says of one of its members."""

    name: str
    bytes: int
    fault: str | None  # of its kind: "is a link"; None of a file or folder
    entry: tarfile.TarInfo | zipfile.ZipInfo


def is_archive(path: str) -> bool:
    """Tell by its name whether a cohort's folder is an archive yet."""
    return path.lower().endswith(ENDINGS)


def unpack(archive: Path, target: Path) -> dict:
    """Unpack into a new folder, which appears only when all is there.

    Returns
    -------
    what a record says: archive, folder, files, bytes

    Raises
    ------
    ValueError
        If the archive is broken, would write outside the folder or fill the disk, or
        if the folder is there already.
    """
    if target.exists():
        raise ValueError(
            f"{target} is there already; remove it to have {archive.name} unpacked."
        )
    work = target.with_name(f".{target.name}.unpacking")
    try:
        with open_archive(archive) as opened:
            members = wanted(members_of(opened))
            check_members(members, archive)
            check_space(members, archive, target.parent)
            shutil.rmtree(work, ignore_errors=True)  # of a run that was killed
            extract(opened, members, work)
        work.rename(target)
    except BROKEN as error:
        raise ValueError(
            f"{archive} cannot be unpacked ({type(error).__name__}: {error}); it is "
            "damaged or cut short. Remove it and fetch it again."
        ) from None
    except OSError as error:
        raise ValueError(
            f"{archive} cannot be unpacked into {target.parent}: "
            f"{error.strerror or error}."
        ) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
    files = [member for member in members if not is_folder(member)]
    sizes = {"files": len(files), "bytes": sum(member.bytes for member in files)}
    return {"archive": str(archive), "folder": str(target)} | sizes


def open_archive(archive: Path) -> tarfile.TarFile | zipfile.ZipFile:
    """Open a tar archive, compressed or not, or a zip archive."""
    if not archive.is_file():
        raise ValueError(f"There is no archive {archive}; correct it in config.yaml.")
    if archive.suffix.lower() == ".zip":
        return zipfile.ZipFile(archive)
    return tarfile.open(archive)


def members_of(opened: tarfile.TarFile | zipfile.ZipFile) -> list[Member]:
    """List the members of an archive."""
    if isinstance(opened, zipfile.ZipFile):
        return [
            Member(entry.filename, entry.file_size, zip_fault(entry), entry)
            for entry in opened.infolist()
        ]
    members = [
        Member(entry.name, entry.size, tar_fault(entry), entry) for entry in opened
    ]
    # After a damaged header tarfile stops as if that were the end.
    opened.fileobj.seek(opened.offset)
    if opened.fileobj.read(BLOCK) != bytes(BLOCK):
        raise tarfile.ReadError("no end mark after the last readable member")
    return members


def tar_fault(entry: tarfile.TarInfo) -> str | None:
    """Say what a member of a tar archive is besides a file or folder."""
    if entry.isfile() or entry.isdir():
        return None
    return "is a link" if entry.issym() or entry.islnk() else "is a device or pipe"


def zip_fault(entry: zipfile.ZipInfo) -> str | None:
    """Say what a member of a zip archive is besides a file or folder."""
    if entry.flag_bits & ENCRYPTED:
        return "is encrypted"
    if entry.compress_type not in COMPRESSIONS:
        return "is compressed in a way that only other programs undo"
    kind = stat.S_IFMT(entry.external_attr >> 16)  # of Unix; 0 from elsewhere
    if kind in (0, stat.S_IFREG, stat.S_IFDIR):
        return None
    return "is a link" if kind == stat.S_IFLNK else "is a device or pipe"


def is_folder(member: Member) -> bool:
    """Tell folders from files."""
    entry = member.entry
    return entry.is_dir() if isinstance(entry, zipfile.ZipInfo) else entry.isdir()


def wanted(members: Sequence[Member]) -> list[Member]:
    """Leave out what macOS adds: resource forks and folder settings."""
    return [member for member in members if not is_litter(PurePosixPath(member.name))]


def is_litter(path: PurePosixPath) -> bool:
    """Tell what only macOS understands."""
    return (
        path.name.startswith("._")
        or path.name == ".DS_Store"
        or "__MACOSX" in path.parts
    )


def check_members(members: Sequence[Member], archive: Path) -> None:
    """Refuse an archive for the first member that is not a file in its folder."""
    seen = set()
    for member in members:
        path = PurePosixPath(member.name)
        fault = member.fault
        if path.is_absolute() or ".." in path.parts or odd(member.name):
            fault = "leads out of the folder into which it is unpacked"
        elif path in seen and not is_folder(member):
            fault = "stands there twice"
        if fault:
            raise ValueError(
                f"{archive} is not unpacked: its member {member.name!r} {fault}. "
                "Archives of images hold plain files only; look at where it came from."
            )
        seen.add(path)


def odd(name: str) -> bool:
    """Tell names that another system may read as a path elsewhere."""
    return "\\" in name or "\0" in name or name[1:2] == ":"


def check_space(members: Sequence[Member], archive: Path, folder: Path) -> None:
    """Refuse an archive that does not fit the disk, be it an honest one or not."""
    folder.mkdir(parents=True, exist_ok=True)
    total = sum(member.bytes for member in members)
    free = shutil.disk_usage(folder).free
    if total > free:
        raise ValueError(
            f"{archive} holds {total / 1e6:.0f} MB, but {folder} has only "
            f"{free / 1e6:.0f} MB free; make room or set another folder in config.yaml."
        )


def extract(
    opened: tarfile.TarFile | zipfile.ZipFile, members: Sequence[Member], work: Path
) -> None:
    """Write the members below the folder, in the archive's order."""
    work.mkdir()
    for member in progress(members, "members"):
        if isinstance(opened, zipfile.ZipFile):
            opened.extract(member.entry, work)
        else:
            opened.extract(member.entry, work, filter="data")
