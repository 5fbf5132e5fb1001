"""What dry runs of zeng2024 plan for baselines, claims and the factorial."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]


def plan(tmp_path: Path, variants: list[str], target: str) -> tuple[set, str]:
    """Give the predictions that a target of variants needs, and all that was said."""
    study = {"settings": {"magnification": None}}
    settings = {
        "studies": {"zeng2024": variants, "chatterjee2022": None},
        "scale": {"studies": {"zeng2024": study, "chatterjee2022": None}},
    }
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(yaml.safe_dump(settings))
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--dry-run"]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(tmp_path)]
    command += [f"results/zeng2024/{target}", "--configfile", str(overlay)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    file = r"output: results/zeng2024/(\w+/predictions/\w+)\.csv"
    return set(re.findall(file, run.stdout)), run.stdout + run.stderr


@pytest.mark.parametrize(
    ("variant", "networks"),
    [("corrected_grade_3_low", 2), ("features_only", 0)],
)
def test_baselines_are_shown_with_the_networks_that_run(tmp_path, variant, networks):
    planned, said = plan(tmp_path, [variant], f"{variant}/tables/baselines.csv")
    rules = re.findall(r"^rule (\w+):", said, re.MULTILINE)
    shape = {"corrected_grade_3_low": 1, "features_only": 4}[variant]
    assert rules.count("predict_baseline") == shape
    assert rules.count("predict") == networks
    assert len(planned) == shape + networks
    assert rules.count("extract_radiomics") > 0


def test_a_variant_tests_the_claims_whose_experiments_run(tmp_path):
    planned, said = plan(tmp_path, ["from_scratch"], "from_scratch/tables/claims.csv")
    assert planned == {
        f"from_scratch/predictions/{name}"
        for name in ("resnet50_all", "resnet50_all_shape")
    }
    assert "collect_survival" in said
    assert not re.findall(r"tables/claims.tex", said)


def test_the_pairs_need_the_splits_and_the_same_predictions(tmp_path):
    planned, said = plan(tmp_path, ["from_scratch"], "from_scratch/tables/pairs.csv")
    assert len(planned) == 2
    assert (
        "input: results/zeng2024/from_scratch/predictions/resnet50_all_shape.csv"
        in said
    )
    assert re.search(r"from_scratch/splits.csv", said)


@pytest.mark.parametrize(("variant", "made"), [("corrected", 1), ("as_described", 0)])
def test_operating_points_need_validation_subjects(tmp_path, variant, made):
    _, said = plan(tmp_path, [variant], "comparison.csv")
    rules = re.findall(r"^(?:local)?rule (\w+):", said, re.MULTILINE)
    assert rules.count("choose_operating_points") == made
    assert rules.count("tabulate_calibration") == 1
    assert rules.count("tabulate_spread") == 1


def test_the_factorial_reads_each_variant_that_runs(tmp_path):
    table = "as_described/tables/factorial.csv"
    variants = ["as_described", "magnified_none", "grade_3_low"]
    planned, _ = plan(tmp_path, variants, table)
    assert planned == {
        f"{variant}/predictions/{name}"
        for variant in variants[:2]
        for name in ("resnet50_all", "resnet50_all_shape")
    }


@pytest.mark.parametrize(
    ("variants", "tables"),
    [
        (["as_described", "magnified_none"], 1),
        (["magnified_none", "magnified_both", "as_described"], 1),
        (["as_described", "grade_3_low"], 0),
        (["magnified_none", "magnified_both"], 0),
    ],
)
def test_the_factorial_needs_its_reference_and_another_variant(variants, tables):
    study = yaml.safe_load((ROOT / "workflow/studies/zeng2024.yaml").read_text())
    names = {"STUDIES": {"one": study}, "STUDY_VARIANTS": {"one": variants}}
    exec((ROOT / "workflow/rules/claimed.smk").read_text(), names)
    made = names["factorial_of"]("one")
    assert made == ["results/one/as_described/tables/factorial"] * tables
