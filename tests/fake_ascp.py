"""Stand-in for IBM's `ascp`: copies from a folder of this machine, with its mishaps.

The file FAKE_ASCP/mishaps has a word a run: whole, stall, cut, refuse, blocked, lie.
"""

import argparse
import fnmatch
import json
import os
import shutil
import sys
import time
from pathlib import Path

parser = argparse.ArgumentParser()
for option in ("-i", "-L", "--mode", "--host", "--user", "-P", "-O", "-l", "-k"):
    parser.add_argument(option)
parser.add_argument("-q", action="store_true")
parser.add_argument("-E", action="append", default=[])
parser.add_argument("paths", nargs="+", type=Path)
given = parser.parse_args()
*sources, target = given.paths

notes = Path(os.environ["FAKE_ASCP"])
with (notes / "calls").open("a") as calls:
    calls.write(json.dumps(sys.argv[1:]) + "\n")
mishap, *later = (notes / "mishaps").read_text().split() or ["whole"]
(notes / "mishaps").write_text(" ".join(later))

if mishap == "blocked":
    sys.exit("Session Stop (Error: Client unable to connect to server)")
if mishap == "refuse" or os.environ.get("ASPERA_SCP_TOKEN") != "5ecret-token":
    sys.exit(f"failed to authenticate with {os.environ.get('ASPERA_SCP_TOKEN')}")
if mishap == "lie":
    sys.exit(0)


def wanted(source: Path) -> list[Path]:
    files = [source] if source.is_file() else sorted(source.rglob("*"))
    return [
        file
        for file in files
        if file.is_file() and not any(fnmatch.fnmatch(file.name, p) for p in given.E)
    ]


copied = 0
for source in sources:
    for file in wanted(source):
        place = target / file.relative_to(source.parent)
        place.parent.mkdir(parents=True, exist_ok=True)
        partial = place.with_name(place.name + ".partial")
        if place.exists() and place.stat().st_size == file.stat().st_size:
            continue
        if mishap in ("stall", "cut") and copied == 1:
            partial.write_bytes(file.read_bytes()[:-1])
            place.with_name(place.name + ".aspera-ckpt").touch()
            if mishap == "stall":
                time.sleep(60)
            sys.exit("Session Stop (Error: connection lost)")
        shutil.copyfile(file, partial)
        partial.rename(place)
        place.with_name(place.name + ".aspera-ckpt").unlink(missing_ok=True)
        copied += 1
