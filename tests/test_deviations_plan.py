"""Variants of one deviation train one model, whole variants all that are shown."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]


def planned_trainings(tmp_path: Path, variants: list[str]) -> Counter:
    """Count the trainings that a dry run plans, by variant and experiment."""
    settings = {
        "studies": {"zeng2024": None, "chatterjee2022": variants},
        "scale": {
            "studies": {"chatterjee2022": {"variants": dict.fromkeys(variants, {})}}
        },
    }
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(yaml.safe_dump(settings))
    command = [sys.executable, "-m", "snakemake", "-n", "--cores", "1"]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(tmp_path)]
    run = subprocess.run(
        [*command, "--configfile", str(overlay)],
        capture_output=True,
        text=True,
        check=True,
    )
    pattern = r"output: results/chatterjee2022/(\w+)/training/(\w+)/fold-\d_seed-\d/w"
    return Counter(re.findall(pattern, run.stdout))


def test_a_single_deviation_trains_one_model(tmp_path):
    planned = planned_trainings(tmp_path, ["as_described", "coded_axis", "coded_stem"])
    assert planned["as_described", "mc3_18"] == 3
    assert sum(planned.values()) == 6 * 3 + 3 + 3
    assert planned["coded_axis", "mc3_18_kinetics"] == 3
    assert planned["coded_stem", "r3d_18"] == 3
