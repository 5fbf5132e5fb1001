"""The tutorial does what it says, by its own commands and files."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pandas as pd
import pytest
from pages import blocks_of, copy_tree, snakemake, walk

from read_cohort import read_cohort
from regrade.tables import read_table

PAGE = Path(__file__).parents[1] / "docs/tutorial.md"


def shown(file: str) -> str:
    """Give what the page shows of a file."""
    texts = [block for block in blocks_of(PAGE) if block.language == "text"]
    return next(block.text for block in texts if block.file == file)


def without_numbers(table: str) -> str:
    """Give the words of a table: what a network learns differs between machines."""
    return re.sub(r"\d\.\d+", "", table).strip()


def plan(tree: Path, line: str) -> str | None:
    """Plan what a command would do; other commands prepare folders."""
    if not line.startswith("snakemake"):
        return None
    done = snakemake(tree, line, "--dry-run")
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    return done.stdout


def run(tree: Path, line: str) -> None:
    """Run a command."""
    if line.startswith("snakemake"):
        done = snakemake(tree, line)
    else:
        done = subprocess.run(
            shlex.split(line), cwd=tree, capture_output=True, text=True, check=False
        )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]


def test_every_command_of_the_tutorial_plans_what_it_says(root, tmp_path):
    tree = copy_tree(root, tmp_path / "tree")
    plans = [plan for plan in walk(tree, blocks_of(PAGE), plan) if plan is not None]
    trainings = [len(re.findall(r"^rule train:", said, re.M)) for said in plans]
    assert trainings == [0, 0, 3, 3, 6, 12]
    assert "results/report/cohorts/our_hospital.html" in plans[1]
    assert "results/chatterjee2022/ours/tables/table_5.md" in plans[3]
    assert "results/ours2026/as_planned/tables/intervals.md" in plans[4]
    assert "results/ours2026/settings.csv" in plans[4]
    assert "results/ours2026/not_turned/training/r3d_18" in plans[5]


def test_the_list_of_the_tutorial_is_read_as_it_says(tmp_path):
    listed = next(b.text for b in blocks_of(PAGE) if b.file == "ours/subjects.csv")
    (tmp_path / "subjects.csv").write_text(listed)
    table = pd.read_csv(tmp_path / "subjects.csv", index_col="subject")
    images = ["t1ce", "t2", "flair", "mask"]
    for path in table.drop(index="K13")[images].to_numpy().ravel():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    found, problems = read_cohort(
        tmp_path, cohort="our_hospital", reader="sheet", images=True, skull=None
    )
    assert found["grade"].value_counts().to_dict() == {"LGG": 6, "HGG": 6}
    said = shown("results/cohorts/our_hospital/problems.csv")
    assert problems.to_csv(index=False) == said


@pytest.mark.workflow
@pytest.mark.skipif(
    "REGRADE_TUTORIAL" not in os.environ,
    reason="it takes a quarter of an hour; set REGRADE_TUTORIAL to run it",
)
def test_the_tutorial_ends_with_its_pages_and_tables(root, tmp_path):
    tree = copy_tree(root, tmp_path / "tree")
    walk(tree, blocks_of(PAGE), run)
    assert "ours2026" in (tree / "results/report/index.html").read_text()
    said = shown("results/cohorts/our_hospital/problems.csv")
    assert (tree / "results/cohorts/our_hospital/problems.csv").read_text() == said
    for table in (
        "results/chatterjee2022/ours/tables/table_5",
        "results/ours2026/as_planned/tables/intervals",
    ):
        made = (tree / f"{table}.md").read_text()
        assert without_numbers(made) == without_numbers(shown(f"{table}.md"))
        assert (read_table(tree / f"{table}.csv", "table")["subjects"] > 0).all()
