"""What dry runs plan: which trainings variants share, and which weights they need."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]


def plan(tmp_path: Path, variants: list, **settings) -> subprocess.CompletedProcess:
    """Plan variants of chatterjee2022 alone."""
    overlay = tmp_path / "overlay.yaml"
    studies = {"zeng2024": None, "chatterjee2022": variants}
    overlay.write_text(yaml.safe_dump(settings | {"studies": studies}))
    command = [sys.executable, "-m", "snakemake", "--cores", "1", "--dry-run"]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(tmp_path)]
    return subprocess.run(
        [*command, "--configfile", str(overlay)],
        capture_output=True,
        text=True,
        check=False,
    )


def trainings(output: str) -> list[str]:
    """Give the variants of all trainings of the first fold in a plan."""
    file = r"output: results/chatterjee2022/(\w+)/training/\w+/fold-0_seed-1"
    return re.findall(file, output)


def test_variants_that_only_score_otherwise_share_their_trainings(tmp_path):
    scoring = ["coded_scoring", "coded_evaluation_mode", "coded_augmented_test"]
    variants = ["as_described", *scoring, "coded_stem", "coded_pooling"]
    result = plan(tmp_path, variants)
    assert result.returncode == 0, result.stderr[-2000:]
    assert Counter(trainings(result.stdout)) == {
        "as_described": 6,
        "coded_stem": 1,
        "coded_pooling": 1,
    }


def test_variants_with_other_labels_train_their_own_networks(tmp_path):
    result = plan(tmp_path, ["as_described", "gliomas"])
    assert Counter(trainings(result.stdout)) == {"as_described": 6, "gliomas": 6}


def test_random_weights_are_refused_in_a_full_run(tmp_path):
    (tmp_path / "cohort").mkdir()
    real = {"folder": str(tmp_path / "cohort")}
    cohorts = {"brats2019": real, "ixi": real, "brats2020": None, "ucsf_pdgm": None}
    settings = {"cohorts": cohorts, "demo": None, "scale": None}
    result = plan(tmp_path, ["as_described"], **settings)
    assert result.returncode == 1
    assert "fetch.weights in config.yaml is results/demo/weights" in result.stderr
    assert "Traceback" not in result.stderr


def test_pretrained_weights_that_are_not_there(tmp_path):
    result = plan(tmp_path, ["as_described"], fetch={"weights": str(tmp_path)})
    assert result.returncode == 1
    sentence = (
        r"starts from kinetics weights, but \S+ is not there; run `snakemake fetch`"
    )
    assert re.search(sentence, result.stdout + result.stderr)
