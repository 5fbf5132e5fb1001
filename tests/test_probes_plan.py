"""What dry runs plan of leak probes."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

ROOT = Path(__file__).parents[1]


def plan(tmp_path: Path, study: str, variant: str) -> tuple[Counter, str]:
    """Count the rules behind a variant's table of probes."""
    others = {"zeng2024": None, "chatterjee2022": None}
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(yaml.safe_dump({"studies": others | {study: [variant]}}))
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--dry-run"]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(tmp_path)]
    command += [f"results/{study}/{variant}/tables/probes.csv"]
    command += ["--configfile", str(overlay)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    rules = re.findall(r"^(?:local)?rule (\w+):", run.stdout, re.MULTILINE)
    return Counter(rules), run.stdout + run.stderr


@pytest.mark.parametrize(
    ("study", "variant", "inputs", "slices"),
    [
        ("chatterjee2022", "as_described", 1, 0),
        ("zeng2024", "corrected", 2, 1),
        ("zeng2024", "magnified_both", 1, 1),
    ],
)
def test_each_input_is_probed(tmp_path, study, variant, inputs, slices):
    rules, said = plan(tmp_path, study, variant)
    assert rules["judge_probes"] == rules["probe_header"] == 1, said
    for name in ("background", "outline", "source", "labels", "duplicates"):
        assert rules[f"probe_{name}"] == inputs
    assert rules["probe_slices"] == slices
    assert rules["read_headers"] > 0 and rules["predict"] > 0


def test_a_variant_without_networks_has_nothing_to_probe():
    page = {"title": "Probes", "columns": ["probe"]}
    runs = {"networks": ["net"], "features_only": []}
    names = {
        "config": {"probes": {"page": page}},
        "Wildcards": SimpleNamespace,
        "STUDIES": {"one": {"experiments": {"net": {}}}},
        "settings": lambda *_: {"input": "t1"},
        "experiments_of": lambda _, variant: runs[variant],
        "whole_variants": lambda _: list(runs),
    }
    exec((ROOT / "workflow/rules/probed.smk").read_text(), names)
    shown = names["probes_shown"]("one")
    assert [part["file"] for part in shown] == [
        "results/one/networks/tables/probes.csv"
    ]
