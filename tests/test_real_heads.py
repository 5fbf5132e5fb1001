"""The same workflow on real scans: 13 gliomas, 37 heads, the table of UCSF-PDGM."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from reading import check_predictions

from regrade.tables import read_table

pytestmark = pytest.mark.workflow

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def results(real_data, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("real heads")
    command = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        str(ROOT / "Snakefile"),
    ]
    command += ["--cores", "2", "--directory", str(folder)]
    command += ["--configfile", str(ROOT / "tests/real_heads.yaml")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-5000:]
    return folder / "results"


def test_fifty_subjects_are_listed(results):
    sheet = results / "cohorts/brats2019/subjects.csv"
    gliomas = read_table(sheet, "subjects")
    heads = read_table(results / "cohorts/ixi/subjects.csv", "subjects")
    assert gliomas["grade"].value_counts().to_dict() == {"HGG": 9, "LGG": 4}
    assert len(heads) == 37
    assert (
        len(read_table(results / "chatterjee2022/subjects.csv", "study_subjects")) == 50
    )


def test_thirteen_tumours_have_fourteen_finite_features(results):
    table = read_table(results / "zeng2024/radiomics.csv", "radiomics")
    values = table.drop(columns="subject").to_numpy()
    assert values.shape == (13, 14)
    assert np.isfinite(values).all()


@pytest.mark.parametrize(
    ("variant", "experiments", "runs"),
    [
        ("zeng2024/as_described", 3 + 1, 1),
        ("chatterjee2022/as_described", 6, 3),
        ("chatterjee2022/as_coded", 6, 3),
        ("chatterjee2022/corrected", 2, 3),  # as the demo
    ],
)
def test_every_scored_subject_is_predicted(results, variant, experiments, runs):
    check_predictions(results / variant, experiments=experiments, runs=runs)


def test_brains_are_not_heads(results):
    """A packed volume holds a brain, centred and with some space around it."""
    volumes = np.load(results / "chatterjee2022/inputs/t1ce.npy", mmap_mode="r")
    filled = (volumes[:, 0] > 0).mean(axis=(1, 2, 3))
    assert filled.min() > 0.1
    assert filled.max() < 0.6


def test_the_survival_curves_are_those_of_the_real_table(results):
    table = pd.read_csv(results / "zeng2024/as_described/figures/figure_6.csv")
    assert table["subjects"].sum() == 495
    assert (table["p"] < 1e-4).all()


def test_the_page_and_both_tables_are_written(results):
    page = (results / "report/index.html").read_text()
    assert "partial cohorts, shrunken run" in page.lower()
    assert (results / "zeng2024/as_described/tables/table_1b.csv").exists()
    assert (results / "chatterjee2022/as_described/tables/table_5.csv").exists()


def test_no_log_has_a_traceback(results):
    logs = list((results / "logs").rglob("*.log"))
    assert logs
    assert not [log for log in logs if "Traceback" in log.read_text()]
