"""Fetch a folder of Synapse through its own client; unpack archives; record what came.

The token is read from the environment variable SYNAPSE_AUTH_TOKEN by the client itself.
"""

import logging
import os
import shutil
import subprocess
import time
from collections import deque
from pathlib import Path

from regrade.archives import is_archive, unpack
from regrade.logs import SECONDS_BETWEEN_LINES, log_to
from regrade.sources import write_record

logger = logging.getLogger("regrade")

TOKEN = "SYNAPSE_AUTH_TOKEN"
LAST_LINES = 5


def fetch_synapse(number: str, folder: Path) -> dict:
    """Bring what a Synapse id holds into the folder, whole, and say what came.

    Raises
    ------
    ValueError
        If token or client are missing, or the client fails.
    """
    token = os.environ.get(TOKEN)
    if not token:
        raise ValueError(
            f"Synapse asks for a token, but the environment variable {TOKEN} is not "
            "set. Make one at synapse.org (Account Settings, Personal Access Tokens; "
            "permissions: view and download) and export it before `snakemake fetch`."
        )
    if shutil.which("synapse") is None:
        raise ValueError(
            "There is no command `synapse`; run with --use-conda, or put a Python "
            "environment with synapseclient==4.14.0 on the PATH."
        )
    folder.mkdir(parents=True, exist_ok=True)
    run_client(number, folder, token)
    files = [path for path in folder.rglob("*") if path.is_file()]
    if not files:
        raise ValueError(f"Synapse gave no file for {number}; look at its page there.")
    unpacked = unpack_all(folder)
    counts = {"files": len(files), "bytes": sum(f.stat().st_size for f in files)}
    return {"synapse": number, "folder": str(folder)} | counts | {"unpacked": unpacked}


def run_client(number: str, folder: Path, token: str) -> None:
    """Run the client, which checks hashes and resumes; tell what it says."""
    command = ["synapse", "get", "-r", number, "--downloadLocation", str(folder)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said, told = deque(maxlen=LAST_LINES), 0.0
    for line in process.stdout:
        said.append(line.replace(token, "***").strip())
        if time.monotonic() - told >= SECONDS_BETWEEN_LINES:
            told = time.monotonic()
            logger.info("%s", said[-1])
    if process.wait():
        raise ValueError(
            f"The Synapse client could not get {number} (status {process.returncode}): "
            f"{' / '.join(filter(None, said))}. Look whether the data's terms are "
            "accepted at synapse.org and the token is good; the next `snakemake fetch` "
            "goes on from what is there."
        )


def unpack_all(folder: Path) -> list[str]:
    """Unpack the archives of a folder beside themselves, each once."""
    unpacked = []
    for archive in sorted(path for path in folder.iterdir() if is_archive(path.name)):
        target = archive.with_name(archive.name.partition(".")[0])
        if not target.exists():
            unpack(archive, target)
        unpacked.append(target.name)
    return unpacked


if __name__ == "__main__":
    log_to(snakemake.log[0])
    folder = Path(snakemake.params.folder)
    record = fetch_synapse(snakemake.params.synapse, folder)
    write_record(record, snakemake.output.record)
