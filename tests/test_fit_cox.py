"""Cox models: ratios by hand, and a sentence wherever there is none."""

import numpy as np
import pandas as pd
import pytest

from fit_cox import fit_cox
from regrade.plots import save
from regrade.tables import read_table, write_table
from zeng2024_survival_cox import forest_plot

GRADE = {"name": "class", "label": "Grade", "levels": ["LGG", "HGG"]}
AGE = {"name": "age", "label": "Age", "per": 10, "unit": "years"}
SEX = {"name": "sex", "label": "Sex", "levels": ["F", "M"]}
EXTENT = {"name": "resection", "label": "Resection", "levels": ["GTR", "STR", "biopsy"]}
TERM = "Grade: HGG against LGG"


def patients(**columns):
    table = pd.DataFrame(columns).assign(reading="one")
    return table if "died" in table else table.assign(died=True)


def fitted(survival, tmp_path, *, covariates=(GRADE,), models=None, events_per_term=1):
    table = fit_cox(
        survival,
        reading="one",
        covariates=list(covariates),
        models=models or {"all": [covariate["name"] for covariate in covariates]},
        events_per_term=events_per_term,
    )
    write_table(table, tmp_path / "cox.csv", "cox")
    return read_table(tmp_path / "cox.csv", "cox").set_index("term")


FOUR = {"months": [1, 2, 3, 4], "class": ["HGG", "LGG", "HGG", "LGG"]}


def test_the_hazard_ratio_of_four_deaths(tmp_path):
    """The partial likelihood is x/(2x+2) 1/(x+2) x/(x+1), at its height x^2 - x = 4."""
    another = patients(months=[5, 6], **{"class": ["LGG", "HGG"]}).assign(reading="two")
    cox = fitted(pd.concat([patients(**FOUR), another]), tmp_path)
    assert cox.loc[TERM, "hazard_ratio"] == pytest.approx((1 + 17**0.5) / 2, rel=1e-4)
    assert cox.loc[TERM, "low"] < 1 < cox.loc[TERM, "high"]
    assert cox.loc[TERM, ["patients", "events", "left_out"]].tolist() == [4, 4, 0]
    # Of six pairs, HGG died before LGG in three and after in one; two are alike.
    assert cox.loc[TERM, "concordance"] == pytest.approx((3 + 0.5 * 2) / 6)


def test_a_number_counts_by_its_step(tmp_path):
    ages = [70, 20, 70, 20]  # 50 years apart: five steps
    cox = fitted(patients(**FOUR, age=ages), tmp_path, covariates=[AGE])
    ratio = ((1 + 17**0.5) / 2) ** (1 / 5)
    assert cox.loc["Age, per 10 years", "hazard_ratio"] == pytest.approx(
        ratio, rel=1e-4
    )


def test_all_models_have_the_patients_of_whom_all_is_known(tmp_path):
    five = {"months": [*FOUR["months"], 5], "class": [*FOUR["class"], "HGG"]}
    survival = patients(**five, sex=["M", "F", "F", "M", None])
    models = {"alone": ["class"], "adjusted": ["class", "sex"]}
    cox = fitted(survival, tmp_path, covariates=[GRADE, SEX], models=models)
    assert cox["model"].tolist() == ["alone", "adjusted", "adjusted"]
    assert set(cox["patients"]) == {4} and set(cox["left_out"]) == {1}
    alone = cox[cox["model"] == "alone"]
    assert alone.loc[TERM, "hazard_ratio"] == pytest.approx(2.5616, rel=1e-4)


def test_a_covariate_that_tells_nothing_is_left_out_and_says_why(tmp_path):
    survival = patients(**FOUR, sex="F", resection=None)
    cox = fitted(survival, tmp_path, covariates=[GRADE, SEX, EXTENT])
    assert cox.loc[TERM, "hazard_ratio"] == pytest.approx(2.5616, rel=1e-4)
    assert cox.loc["Sex", "reason"] == "the same in all patients: F"
    assert cox.loc["Resection", "reason"] == "not known of any patient"
    assert cox.loc[["Sex", "Resection"], "hazard_ratio"].isna().all()
    assert set(cox["patients"]) == {4}


def test_no_covariate_at_all_leaves_sentences_alone(tmp_path):
    survival = patients(months=[1, 2], **{"class": "LGG"})
    cox = fitted(survival, tmp_path)
    assert cox["reason"].tolist() == ["the same in all patients: LGG"]


def test_without_the_first_level_the_next_is_the_reference(tmp_path):
    extents = ["biopsy", "STR", "biopsy", "STR"]
    survival = patients(**FOUR, resection=extents)
    cox = fitted(survival, tmp_path, covariates=[EXTENT])
    assert cox.index.tolist() == ["Resection: biopsy against STR"]
    assert cox["hazard_ratio"].tolist() == [pytest.approx(2.5616, rel=1e-4)]


def test_an_unknown_level_is_named(tmp_path):
    survival = patients(months=[1, 2], **{"class": ["LGG", "GBM"]})
    with pytest.raises(ValueError, match="class of the survival table holds .*GBM"):
        fitted(survival, tmp_path)


def reasons(survival, tmp_path, **settings):
    cox = fitted(survival, tmp_path, **settings)
    assert cox["hazard_ratio"].isna().all() and cox["p"].isna().all()
    return set(cox["reason"])


def test_too_few_deaths_for_the_terms(tmp_path):
    survival = patients(**FOUR, sex=["M", "F", "F", "M"])
    settings = {"covariates": [GRADE, SEX], "events_per_term": 3}
    assert reasons(survival, tmp_path, **settings) == {
        "4 deaths for 2 terms, fewer than 3 a term"
    }


def test_a_class_without_deaths_has_no_ratio(tmp_path):
    classes = ["HGG"] * 10 + ["LGG"] * 10
    survival = patients(
        months=range(1, 21),
        died=[name == "HGG" for name in classes],
        **{"class": classes},
    )
    (reason,) = reasons(survival, tmp_path)
    assert reason.startswith("no stable fit: ")


def test_classes_that_die_one_after_the_other_have_no_ratio(tmp_path):
    classes = ["HGG"] * 10 + ["LGG"] * 10
    (reason,) = reasons(patients(months=range(1, 21), **{"class": classes}), tmp_path)
    assert reason.startswith("no stable fit: ")


def test_covariates_that_say_the_same_have_no_ratio(tmp_path):
    survival = patients(**FOUR, sex=["M", "F", "M", "F"])
    (reason,) = reasons(survival, tmp_path, covariates=[GRADE, SEX])
    assert reason.startswith("no stable fit: ")


def test_only_the_hazard_that_changes_with_time_is_not_proportional(tmp_path):
    rng = np.random.default_rng(1)
    men, high = rng.random(600) < 0.5, rng.random(600) < 0.5
    months = rng.exponential(10, 600) / np.where(high, 2, 1)
    # Men die between 5 and 6 months, all of them.
    months = np.where(men, rng.uniform(5, 6, 600), months)
    survival = patients(
        months=months,
        sex=np.where(men, "M", "F"),
        **{"class": np.where(high, "HGG", "LGG")},
    )
    cox = fitted(survival, tmp_path, covariates=[GRADE, SEX])
    assert cox.loc["Sex: M against F", "proportional_p"] < 1e-4
    assert cox.loc[TERM, "proportional_p"] > 0.05


def test_the_forest_plot_names_terms_and_reasons(tmp_path):
    survival = patients(**FOUR, sex="F")
    cox = fitted(survival, tmp_path, covariates=[GRADE, SEX]).reset_index()
    figure = forest_plot(cox)
    save(figure, "Cox", "", tmp_path / "cox.svg")
    ratios, words = figure.axes
    labels = [label.get_text() for label in ratios.get_yticklabels()]
    assert labels[:2] == [TERM, "Sex"] and labels[2].startswith("Model: all (C 0.67)")
    texts = [text.get_text() for text in words.texts]
    assert texts[0].startswith("2.56 (") and texts[1] == "the same in all patients: F"


def test_a_forest_plot_without_any_ratio_shows_the_reasons(tmp_path):
    cox = fitted(patients(**FOUR), tmp_path, events_per_term=9).reset_index()
    save(forest_plot(cox), "Cox", "", tmp_path / "cox.svg")
    assert (tmp_path / "cox.svg").exists()
