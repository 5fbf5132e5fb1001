"""Fetch a package of the Cancer Imaging Archive with IBM's ``ascp``; record what came.

A transfer that brings nothing for a while is ended and begun again: the server stalls
now and then, and ``ascp -k 1`` goes on from what is there.
"""

import logging
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path, PurePosixPath

from regrade.answers import LONGEST_PAUSE
from regrade.faspex import (
    check_sums,
    lacking,
    list_files,
    open_package,
    transfer_of,
)
from regrade.logs import SECONDS_BETWEEN_LINES, log_to
from regrade.sources import write_record

logger = logging.getLogger("regrade")

HELP = (
    "Install IBM Aspera Connect, or `ascli config ascp install`, and set `fetch: "
    "aspera` in config.yaml; or get the package in a browser and put it into {folder}."
)


def fetch_package(
    link: str, folder: Path, *, package: int, wanted: dict, aspera: dict, patience: dict
) -> dict:
    """Bring a package into the folder, whole, and say what came.

    Parameters
    ----------
    link : of the collection page's download button
    package : the number that the link must have
    wanted : ``folders`` of the package, patterns to ``leave_out``, lists of ``sums``
    aspera : ``ascp`` and its ``key``, ``rate``, ``stall`` (s) and ``attempts``
    patience : with the server: ``timeout`` (s), ``attempts``, ``pause`` (s)

    Raises
    ------
    ValueError
        If ``ascp`` is not there, the link is not good, or nothing new comes any more.
    """
    tools = find_tools(aspera, folder)
    opened = open_package(link, **patience)
    if opened.number != str(package):
        raise ValueError(
            f"The link under `fetch: faspex` leads to package {opened.number}, but "
            f"package {package} is expected; copy that of the right collection page."
        )
    files = list_files(opened, wanted["folders"], leave_out=wanted["leave_out"])
    sums = {
        PurePosixPath(path).name: {"path": path, "bytes": None}
        for path in wanted["sums"]
    }
    folder.mkdir(parents=True, exist_ok=True)

    def transfer() -> str:
        fresh = open_package(link, **patience)  # tokens age
        spec = transfer_of(fresh, [*wanted["folders"], *wanted["sums"]])
        return run_ascp(spec, folder, wanted["leave_out"], tools, aspera)

    limits = {"attempts": aspera["attempts"], "pause": patience["pause"]}
    insist(transfer, files | sums, folder, **limits)
    checked = sum(check_sums(files, folder, folder / name) for name in sums)
    sizes = sum((folder / name).stat().st_size for name in files)
    counts = {"files": len(files), "bytes": sizes, "md5_checked": checked}
    return {"package": package, "folder": str(folder)} | counts


def insist(
    transfer: Callable[[], str],
    files: dict,
    folder: Path,
    *,
    attempts: int,
    pause: float,
) -> None:
    """Transfer again until all is there, or several times in a row nothing new came."""
    failures, before, reason = 0, None, ""
    while missing := lacking(files, folder):
        now = (len(missing), bytes_below(folder))
        failures = failures + 1 if now == before else 0
        if failures >= attempts:
            raise ValueError(
                f"{len(missing)} of {len(files)} files are not there, the first "
                f"{missing[0]}: ascp {reason}. {failures} transfers in a row brought "
                "nothing new. The ports 33001 TCP and UDP must be open to the outside, "
                "which many clusters forbid: try another machine. "
                f"{HELP.format(folder=folder)} What has come is kept."
            )
        if failures:
            time.sleep(min(pause * 2 ** (failures - 1), LONGEST_PAUSE))
        logger.info("%d of %d files to come", len(missing), len(files))
        before, reason = now, transfer()
        logger.info("ascp %s", reason)


def find_tools(aspera: dict, folder: Path) -> tuple[str, str]:
    """Find ``ascp`` and the key that lets it in."""
    ascp = shutil.which(os.path.expanduser(aspera["ascp"]))  # noqa: PTH111
    key = Path(os.path.expandvars(aspera["key"])).expanduser()
    if ascp is None:
        raise ValueError(
            f"There is no `{aspera['ascp']}`. {HELP.format(folder=folder)}"
        )
    if not key.is_file():
        raise ValueError(
            f"There is no key {key} for ascp. {HELP.format(folder=folder)}"
        )
    return ascp, str(key)


def run_ascp(
    spec: dict,
    folder: Path,
    leave_out: Sequence[str],
    tools: tuple[str, str],
    aspera: dict,
) -> str:
    """Run one transfer and say how it ended."""
    ascp, key = tools
    secrets = {"ASPERA_SCP_TOKEN": spec["token"]}
    if spec.get("cookie"):
        secrets["ASPERA_SCP_COOKIE"] = spec["cookie"]
    with tempfile.TemporaryDirectory() as logs, tempfile.TemporaryFile("w+") as said:
        command = [ascp, "-q", "-i", key, "-L", logs, "--mode", "recv"]
        command += ["--host", spec["remote_host"], "--user", spec["remote_user"]]
        command += ["-P", str(spec["ssh_port"]), "-O", str(spec["fasp_port"])]
        command += ["-l", aspera["rate"], "-k", "1"]  # 1: skip or resume by size
        command += [part for pattern in leave_out for part in ("-E", pattern)]
        command += [path["source"] for path in spec["paths"]] + [str(folder)]
        process = subprocess.Popen(
            command, env=os.environ | secrets, stdout=said, stderr=said
        )
        try:
            ended = watch(process, [folder, Path(logs)], aspera["stall"])
        finally:
            process.kill()
            process.wait()
        said.seek(0)
        return f"{ended}{last_line(said.read(), secrets.values())}"


def watch(process: subprocess.Popen, folders: list[Path], stall: float) -> str:
    """Wait for a process to end, or for the folders to grow no more."""
    seen, since, told = None, time.monotonic(), time.monotonic()
    while True:
        try:
            return f"ended with status {process.wait(min(stall / 4, 10))}"
        except subprocess.TimeoutExpired:
            now, size = time.monotonic(), sum(map(bytes_below, folders))
        if size != seen:
            seen, since = size, now
        elif now - since >= stall:
            return f"brought nothing for {stall:g} s and was ended"
        if now - told >= SECONDS_BETWEEN_LINES:
            told = now
            logger.info("%.1f MB there", bytes_below(folders[0]) / 1e6)


def bytes_below(folder: Path) -> int:
    """Sum the sizes of the files in a folder; some come and go meanwhile."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total


def last_line(said: str, secrets: Iterable[str]) -> str:
    """Give the last line a program said, without what must not be told."""
    lines = said.strip().splitlines()
    if not lines:
        return ""
    last = lines[-1].strip()
    for secret in secrets:
        last = last.replace(secret, "***")
    return f" ({last})"


if __name__ == "__main__":
    log_to(snakemake.log[0])
    record = fetch_package(
        # A link in an environment variable stays out of Snakemake's own books, too.
        os.path.expandvars(snakemake.params.link),
        Path(snakemake.params.folder),
        package=snakemake.params.package,
        wanted=snakemake.params.wanted,
        aspera=snakemake.params.aspera,
        patience=snakemake.params.patience,
    )
    write_record(record, snakemake.output.record)
