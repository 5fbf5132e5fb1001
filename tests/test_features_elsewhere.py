"""Shape features measured elsewhere, the table of UCSF-PDGM, and no image at all."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from reading import check_predictions

from read_cohort import read_cohort
from regrade.tables import read_table

pytestmark = pytest.mark.workflow

ROOT = Path(__file__).parents[1]
BASELINES = ["shape_logistic", "shape_forest", "size_logistic", "volume_logistic"]
LOST = "UCSF-PDGM-0007"


def features_of(found: pd.DataFrame, features: list[str]) -> pd.DataFrame:
    """Draw features at random; the volume alone is larger where the grade is 3 or 4."""
    draws = np.random.default_rng(1)
    values = draws.lognormal(size=(len(found), len(features)))
    table = pd.DataFrame(values, columns=features)
    table["VoxelVolume"] += 5 * found["grade"].isin(["3", "4"]).to_numpy()
    table.insert(0, "subject", found["subject"].to_numpy())
    return table


def settings(folder: Path, table: Path) -> dict:
    """Switch off what needs images: BraTS 2020, and every network."""
    cohort = {"folder": str(folder), "images": False, "radiomics": str(table)}
    others = dict.fromkeys(["brats2019", "brats2020", "ixi"])
    study = {
        "cohorts": {"brats2020": None},
        "settings": {"labels": {"brats2020": None}, "magnification": None},
    }
    return {
        "cohorts": {"ucsf_pdgm": cohort, **others},
        "studies": {"zeng2024": ["features_only"], "chatterjee2022": None},
        "demo": None,
        "hardware": {"chunks": 1},
        "scale": {"studies": {"zeng2024": study, "chatterjee2022": None}},
    }


def snakemake(target: Path, **layer) -> subprocess.CompletedProcess:
    overlay = target / "overlay.yaml"
    overlay.write_text(yaml.safe_dump(layer))
    command = [sys.executable, "-m", "snakemake", "--cores", "2"]
    command += ["--snakefile", str(ROOT / "Snakefile"), "--directory", str(target)]
    command += ["--configfile", str(overlay)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def drawn(real_data, tmp_path_factory) -> tuple[Path, dict, pd.DataFrame]:
    """Give a folder, settings for it, and the table that they name, not yet there."""
    target = tmp_path_factory.mktemp("features elsewhere")
    cohort = real_data / "UCSF-PDGM"
    name = "ucsf_pdgm"
    found, _ = read_cohort(cohort, cohort=name, reader=name, images=False, skull=None)
    study = yaml.safe_load((ROOT / "workflow/studies/zeng2024.yaml").read_text())
    table = features_of(found, study["radiomics"]["features"])
    return target, settings(cohort, target / "table.csv"), table


@pytest.fixture(scope="module")
def results(drawn) -> Path:
    target, layer, table = drawn
    table[table["subject"] != LOST].to_csv(target / "table.csv", index=False)
    run = snakemake(target, **layer)
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr[-5000:]
    return target / "results"


def test_the_follow_ups_and_who_has_no_features_are_excluded(results):
    excluded = read_table(results / "zeng2024/exclusions.csv", "exclusions")
    reasons = excluded.groupby("reason")["subject"].agg(list).to_dict()
    assert reasons.pop("It has no row in the table of shape features.") == [LOST]
    assert [len(names) for names in reasons.values()] == [6]
    measured = read_table(results / "zeng2024/radiomics.csv", "radiomics")
    taken = read_table(results / "zeng2024/subjects.csv", "study_subjects")
    assert set(measured["subject"]) == set(taken["subject"])
    assert len(measured) == 494


def test_every_scored_subject_is_predicted(results):
    check_predictions(results / "zeng2024/features_only", experiments=4, runs=1)


def test_the_volume_tells_the_classes_apart_and_noise_does_not(results):
    path = results / "zeng2024/features_only/tables/baselines.csv"
    table = read_table(path, "table").query("column == 'AUC'")
    areas = table["value"].tolist()
    assert len(areas) == len(BASELINES)
    shape, forest, size, volume = areas
    assert volume > 0.9
    assert min(shape, forest) > 0.8
    assert size < 0.7


def test_the_claim_on_survival_holds(results):
    path = results / "zeng2024/features_only/tables/claims.csv"
    table = read_table(path, "claims")
    assert table["claim"].tolist() == ["(f)", "(f)"]
    assert table["verdict"].tolist() == ["holds", "as claimed"]
    assert table.loc[1, "p"] < 1e-4


def test_the_page_shows_baselines_claims_and_figures(results):
    page = (results / "report/index.html").read_text()
    # The flow chart, Figure 6, its readings and the Cox models.
    assert page.count("<img") == 4
    for words in ("the volume alone", "Patients with LGG live longer", "as claimed"):
        assert words in page


def test_no_network_was_trained(results):
    assert not list((results / "zeng2024").rglob("weights.pt"))
