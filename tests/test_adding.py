"""A reader and a study that are added as docs/adding.md says work."""

import re
from pathlib import Path

import pandas as pd
import pytest
from pages import blocks_of, copy_tree, snakemake, walk

PAGE = Path(__file__).parents[1] / "docs/adding.md"


@pytest.fixture(scope="module")
def added(tmp_path_factory):
    """Follow the page; the hospital has three patients, one of them without image."""
    tree = copy_tree(PAGE.parents[1], tmp_path_factory.mktemp("adding") / "tree")
    cohort = tree / "north"
    cohort.mkdir()
    (cohort / "grades.csv").write_text("patient,grade\nP001,2\nP002,4\nP003,4\n")
    for name in ("P001", "P003"):
        (cohort / f"{name}_t1ce.nii.gz").touch()
    return tree, walk(tree, blocks_of(PAGE), snakemake)


def test_the_reader_finds_who_is_there(added):
    tree, (read, _) = added
    assert read.returncode == 0, read.stderr[-3000:]
    found = pd.read_csv(tree / "results/cohorts/north/found.csv")
    assert found["subject"].tolist() == ["P001", "P003"]
    assert found["grade"].tolist() == [2, 4]
    problems = pd.read_csv(tree / "results/cohorts/north/found_problems.csv")
    assert problems["problem"].tolist() == ["There is no file P002_t1ce.nii.gz."]


def test_the_study_plans_its_own_table(added):
    _, (_, plan) = added
    assert plan.returncode == 0, plan.stdout[-2000:] + plan.stderr[-3000:]
    rules = re.findall(r"^(?:local)?rule (\w+):", plan.stdout, re.M)
    assert rules.count("train") == 5
    for rule in ("hill2026_table_1", "format_table", "compare_published", "report"):
        assert rules.count(rule) == 1
    assert "results/hill2026/as_described/tables/table_1.md" in plan.stdout


def test_what_was_added_passes_the_lint(added):
    tree, _ = added
    lint = snakemake(tree, "snakemake --configfile north.yaml --lint")
    assert lint.returncode == 0, lint.stdout + lint.stderr
