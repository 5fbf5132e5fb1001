"""Survival on the real table of UCSF-PDGM, as the study's file says (A-47, 3A-10)."""

import pytest
import yaml
from reading import written

from collect_survival import collect_survival
from estimate_restricted_means import estimate_restricted_means
from fit_cox import fit_cox
from read_cohort import read_cohort
from summarise_readings import summarise_readings

COLLECTED = ("classes", "days_per_month", "imputed_class", "trim", "readings")
SUMMARISED = ("at_risk", "horizon", "published")


@pytest.fixture
def study(root):
    return yaml.safe_load((root / "workflow/studies/zeng2024.yaml").read_text())


@pytest.fixture
def survival(real_data, study, tmp_path):
    found, _ = read_cohort(
        real_data / "UCSF-PDGM",
        cohort="ucsf_pdgm",
        reader="ucsf_pdgm",
        images=False,
        skull=None,
    )
    survival = collect_survival(
        written(found, tmp_path / "found.csv", "found"),
        **{key: study["survival"][key] for key in COLLECTED},
    )
    return written(survival, tmp_path / "survival.csv", "survival")


def test_figure_6_has_all_patients_and_one_filled_time(survival):
    first = survival[survival["reading"] == "trimmed_mean"]
    assert first["class"].value_counts().to_dict() == {"HGG": 439, "LGG": 56}
    filled = first.loc[first["imputed"], "days"]
    assert filled.tolist() == [pytest.approx(495.9, abs=0.05)]


def test_the_conclusion_holds_in_every_reading(survival, study, tmp_path):
    table = summarise_readings(
        survival,
        classes=study["classes"],
        **{key: study["survival"][key] for key in SUMMARISED},
    )
    table = written(table, tmp_path / "readings.csv", "readings")
    assert (table["p"] < 1e-4).all() and set(table["verdict"]) == {"holds"}
    high = table[table["class"] == "HGG"].set_index("reading")
    assert high["subjects"].to_dict() == {
        "trimmed_mean": 439,
        "trimmed_left_out": 419,
        "plain_mean": 439,
        "complete_case": 438,
        "all_dead": 439,
    }
    assert (high["subjects"] == high["deaths"] + high["censored"]).all()
    assert high.loc["all_dead", "censored"] == 0


def test_low_grades_live_longer_on_average_in_every_reading(survival, study, tmp_path):
    table = estimate_restricted_means(
        survival, classes=study["classes"], horizon=study["survival"]["horizon"]
    )
    table = written(table, tmp_path / "means.csv", "restricted_means")
    assert (table.loc[table["class"] == "LGG - HGG", "low"] > 0).all()


def test_grade_matters_less_beside_age_extent_and_idh(survival, study, tmp_path):
    cox = fit_cox(survival, **study["survival"]["cox"])
    cox = written(cox, tmp_path / "cox.csv", "cox").set_index(["model", "term"])
    assert cox["reason"].isna().all()
    assert set(cox["patients"]) == {494} and set(cox["events"]) == {247}
    alone = cox.loc[("grade alone", "Grade: HGG against LGG")]
    beside = cox.loc[("adjusted", "Grade: HGG against LGG")]
    assert alone["low"] > beside["hazard_ratio"] > 1
    assert cox.loc[("adjusted", "IDH: wildtype against mutant"), "low"] > 1
