"""Time and memory of listing a cohort, and of planning a run on it, at two sizes.

Run from the repository: python benchmarks/listing.py FOLDER [subjects]
Made-up subjects, five tiny files each, in the layout of the reader `sheet`. FOLDER must
be empty or new. Prints seconds and peak memory of the reader for a tenth of the
subjects and for all, and the seconds of a dry run of the workflow on them.
"""

import csv
import resource
import subprocess
import sys
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
IMAGES = ("t1", "t1ce", "t2", "flair", "mask")
READ = """
import sys
from pathlib import Path
sys.path.insert(0, "scripts")
from read_cohort import read_cohort
found, problems = read_cohort(
    Path(sys.argv[1]), cohort="made_up", reader="sheet", images=True, skull=None
)
assert len(found) == int(sys.argv[2]) and problems.empty
"""


def make_cohort(folder: Path, subjects: int) -> None:
    """Write the table and the (empty of sense, not of bytes) images."""
    folder.mkdir(parents=True)
    with (folder / "subjects.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["subject", "grade", "skull", "labels", *IMAGES])
        for number in range(subjects):
            name = f"made-up-{number:06d}"
            (folder / name).mkdir()
            paths = [f"{name}/{image}.nii.gz" for image in IMAGES]
            for path in paths:
                (folder / path).write_bytes(b"x")
            grade = "LGG" if number % 4 else "HGG"
            table.writerow([name, grade, "false", "1 2 4", *paths])


def timed(command: list[str]) -> tuple[float, float]:
    """Run a command; give its seconds and the peak memory (MB) of all run so far."""
    start = time.monotonic()
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    seconds = time.monotonic() - start
    return seconds, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main(folder: Path, subjects: int) -> None:
    """Measure, the small cohort first, so that the peaks can be told apart."""
    for count in (1, subjects // 10, subjects):
        cohort = folder / str(count)
        make_cohort(cohort, count)
        seconds, peak = timed([sys.executable, "-c", READ, str(cohort), str(count)])
        print(f"reader, {count} subjects: {seconds:.1f} s, peak {peak:.0f} MB")
    cohort = {"folder": str(folder / str(subjects)), "reader": "sheet"}
    settings = {
        "cohorts": {"brats2019": cohort},
        "studies": {"zeng2024": None},
        "hardware": {"chunks": 24},
    }
    overlay = folder / "overlay.yaml"
    overlay.write_text(yaml.safe_dump(settings))
    command = [sys.executable, "-m", "snakemake", "--cores", "2", "--directory"]
    command += [str(folder / "run"), "--snakefile", str(ROOT / "Snakefile")]
    listing = "results/cohorts/brats2019/found.csv"
    seconds, _ = timed([*command, listing, "--configfile", str(overlay)])
    print(f"snakemake, listing {subjects} subjects: {seconds:.1f} s")
    seconds, _ = timed([*command, "-n", "--configfile", str(overlay)])
    print(f"snakemake, dry run of all on {subjects} subjects: {seconds:.1f} s")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)
