"""Survival in every reading, its curves, medians, tests and restricted means."""

import pandas as pd
import pytest
from lifelines import KaplanMeierFitter

from collect_survival import collect_survival
from estimate_restricted_means import estimate_restricted_means
from regrade.plots import save
from regrade.survival import fit_curves, log_rank_p, restricted_mean
from regrade.tables import load_schema, write_table
from summarise_readings import summarise_readings
from zeng2024_figure_6 import figure_6, table_6
from zeng2024_survival_readings import readings_figure

GRADES = {"2": "LGG", "3": "HGG", "4": "HGG"}
CLASSES = ["LGG", "HGG"]
READING = {"missing": "trimmed_mean", "trimmed": "kept", "deaths": "recorded"}
PUBLISHED = {"p_below": 0.0001, "longer": "LGG"}


def sheet_of(rows):
    """Sheet of rows: subject, patient, follow_up, grade, survival_days, died."""
    names = ["subject", "patient", "follow_up", "grade", "survival_days", "died"]
    sheet = pd.DataFrame(rows, columns=names)
    others = [name for name in load_schema("subjects")["columns"] if name not in names]
    return sheet.astype({"died": "boolean"}).assign(**dict.fromkeys(others, pd.NA))


def collect(rows, trim=1, **reading):
    return collect_survival(
        sheet_of(rows),
        classes=GRADES,
        days_per_month=30,
        imputed_class="HGG",
        trim=trim,
        readings=[{"name": "first"} | READING | reading],
    )


def test_first_examinations_with_class_days_and_months():
    survival = collect(
        [
            ("A", "A", False, "2", 900, False),
            ("A_FU", "A", True, "2", 900, False),
            ("B", "B", False, "4", 300, True),
            ("C", "C", False, "healthy", 300, True),
        ]
    )
    assert survival["subject"].tolist() == ["A", "B"]
    assert survival["class"].tolist() == ["LGG", "HGG"]
    assert survival["months"].tolist() == [30, 10]
    assert not survival["imputed"].any()


HIGH = [100, 200, 300, 1000, None]


@pytest.mark.parametrize(
    ("reading", "days"),
    [
        ({}, [100, 200, 300, 1000, 250]),
        ({"missing": "mean"}, [100, 200, 300, 1000, 400]),
        ({"missing": "left_out"}, [100, 200, 300, 1000]),
        ({"trimmed": "left_out"}, [200, 300, 250]),
    ],
)
def test_a_reading_fills_or_leaves_out_high_grades(reading, days):
    rows = [(f"S{d}", f"S{d}", False, "4", d, True) for d in HIGH]
    rows += [("L", "L", False, "2", 5000, True), ("M", "M", False, "2", None, True)]
    survival = collect(rows, **reading).set_index("subject")
    assert survival["days"].tolist() == [*days, 5000]
    assert survival["imputed"].tolist() == [name == "SNone" for name in survival.index]


def test_a_reading_may_count_everyone_as_dead():
    rows = [("A", "A", False, "2", 90, False), ("B", "B", False, "4", 60, None)]
    assert collect(rows)["died"].tolist() == [False]
    assert collect(rows, deaths="all")["died"].tolist() == [True, True]


def test_too_few_times_are_not_trimmed():
    days = [100, 600, None]
    rows = [(f"S{d}", f"S{d}", False, "4", d, True) for d in days]
    assert collect(rows)["days"].tolist() == [100, 600, 350]
    assert len(collect(rows, trimmed="left_out")) == 3


def test_every_reading_has_the_patients_and_what_is_known_of_them(tmp_path):
    sheet = sheet_of([("A", "A", False, "4", 60, True)]).assign(age=50.0, idh="mutant")
    readings = [{"name": name} | READING for name in ("one", "two")]
    survival = collect_survival(
        sheet,
        classes=GRADES,
        days_per_month=30,
        imputed_class="HGG",
        trim=1,
        readings=readings,
    )
    write_table(survival, tmp_path / "survival.csv", "survival")
    assert survival["reading"].tolist() == ["one", "two"]
    assert survival[["age", "idh"]].to_numpy().tolist() == [[50, "mutant"]] * 2


def survival_of(low, high):
    """Patients who all died, by their months."""
    months = [*low, *high]
    names = ["LGG"] * len(low) + ["HGG"] * len(high)
    return pd.DataFrame({"class": names, "months": months, "died": True})


def test_table_counts_deaths_and_gives_the_median():
    survival = survival_of(low=[20, 40, 60], high=[1, 2, 3])
    survival.loc[survival["class"] == "LGG", "died"] = [True, False, False]
    curves = fit_curves(survival, CLASSES)
    table = table_6(survival, curves, p=0.5).set_index("group")
    assert table.loc["LGG", ["subjects", "deaths"]].tolist() == [3, 1]
    assert table.loc["HGG", "median_months"] == 2
    assert pd.isna(table.loc["LGG", "median_months"])
    assert table["p"].tolist() == [0.5, 0.5]


def test_log_rank_tells_apart_only_what_differs():
    alike = survival_of(low=[1, 2, 3, 4], high=[1, 2, 3, 4])
    assert log_rank_p(alike, CLASSES) == pytest.approx(1)
    apart = survival_of(low=range(100, 120), high=range(1, 20))
    assert log_rank_p(apart, CLASSES) < 1e-4


def test_a_class_without_patients_is_named():
    with pytest.raises(ValueError, match="No patient of class LGG"):
        fit_curves(survival_of(low=[], high=[1, 2]), CLASSES)


def test_figure_shows_p_and_has_the_same_bytes_again(tmp_path):
    survival = survival_of(low=[20, 40, 60], high=[1, 2, 3])
    paths = [tmp_path / "first.svg", tmp_path / "second.svg"]
    for path in paths:
        figure = figure_6(fit_curves(survival, CLASSES), p=0.0123)
        save(figure, "Survival", "", path)
    texts = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert "Log-rank p = 0.0123" in texts
    assert paths[0].read_bytes() == paths[1].read_bytes()


def in_readings(survival):
    return survival.assign(reading="one", imputed=False)


def summarised(survival, tmp_path):
    table = summarise_readings(
        in_readings(survival),
        classes=CLASSES,
        at_risk=[0, 2, 50],
        horizon=3,
        published=PUBLISHED,
    )
    write_table(table, tmp_path / "readings.csv", "readings")
    return table.set_index("class")


def test_a_reading_counts_deaths_and_those_at_risk(tmp_path):
    survival = survival_of(low=[20, 40, 60], high=[1, 2, 3])
    survival.loc[survival["class"] == "LGG", "died"] = [True, False, False]
    table = summarised(survival, tmp_path)
    counts = ["subjects", "deaths", "censored", "at_risk_0", "at_risk_2", "at_risk_50"]
    assert table.loc["LGG", counts].tolist() == [3, 1, 2, 3, 3, 1]
    assert table.loc["HGG", counts].tolist() == [3, 3, 0, 3, 2, 0]
    assert table.loc["HGG", "median_months"] == 2
    assert pd.isna(table.loc["LGG", "median_months"])


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (range(100, 120), range(1, 20), "holds"),
        (range(1, 20), range(100, 120), "does not hold"),  # the other lives longer
        ([100, 101], [1, 2], "not reached"),  # too few for so small a p
    ],
)
def test_the_conclusion_needs_the_small_p_and_the_direction(
    low, high, verdict, tmp_path
):
    table = summarised(survival_of(low=low, high=high), tmp_path)
    assert set(table["verdict"]) == {verdict}
    assert set(table["published"]) == {"p < 0.0001"}


def test_the_median_lies_in_its_interval(tmp_path):
    table = summarised(survival_of(low=range(1, 100), high=range(1, 100)), tmp_path)
    assert table.loc["LGG", "median_months"] == 50
    assert 38 < table.loc["LGG", "low"] < 45 and 55 < table.loc["LGG", "high"] < 62


def test_a_restricted_mean_without_censoring_is_a_mean():
    curve = KaplanMeierFitter().fit([1, 2, 3, 6, 8])
    # The mean of 1, 2, 3, 4 and 4, and its standard error.
    assert restricted_mean(curve, 4) == pytest.approx((2.8, (1.36 / 5) ** 0.5))


def test_a_restricted_mean_with_censoring_is_the_area_below_the_curve():
    curve = KaplanMeierFitter().fit([1, 2, 4], [True, False, True])
    # 1 month at 1 and 3 at 2/3; Greenwood: 2 squared x 1 / (3 x 2)
    assert restricted_mean(curve, 4) == pytest.approx((3, (2 / 3) ** 0.5))


def test_a_restricted_mean_is_not_guessed():
    alive = KaplanMeierFitter().fit([1, 2], [True, False])
    assert restricted_mean(alive, 2)[0] == 1.5
    assert all(pd.isna(part) for part in restricted_mean(alive, 3))
    dead = KaplanMeierFitter().fit([1, 2], [True, True])
    assert restricted_mean(dead, 3)[0] == 1.5


def means_of(survival, horizon, tmp_path):
    table = estimate_restricted_means(
        in_readings(survival), classes=CLASSES, horizon=horizon
    )
    write_table(table, tmp_path / "means.csv", "restricted_means")
    return table.set_index("class")


def test_the_difference_of_restricted_means(tmp_path):
    means = means_of(survival_of(low=[2, 4] * 50, high=[1, 3] * 50), 4, tmp_path)
    assert means.index.tolist() == ["LGG", "HGG", "LGG - HGG"]
    assert means["months"].tolist() == pytest.approx([3, 2, 1])
    # standard errors 0.1 and 0.1
    assert means.loc["LGG - HGG", "low"] == pytest.approx(
        1 - 1.96 * 0.02**0.5, abs=1e-4
    )
    assert means.loc["LGG", "high"] == pytest.approx(3.196, abs=1e-4)
    assert (means["reason"] == "").all()


def test_a_curve_that_ends_early_leaves_its_mean_empty_and_says_why(tmp_path):
    survival = survival_of(low=[2, 4], high=[1, 5]).assign(died=[True, False] * 2)
    means = means_of(survival, 5, tmp_path)
    assert means["months"].isna().to_dict() == {
        "LGG": True,
        "HGG": False,
        "LGG - HGG": True,
    }
    assert "LGG 4.0 months" in means.loc["LGG", "reason"]
    assert means.loc["HGG", "reason"] == ""


def test_the_readings_stand_side_by_side(tmp_path):
    survival = in_readings(survival_of(low=[20, 40, 60], high=[1, 2, 3]))
    survival = pd.concat([survival, survival.assign(reading="two")])
    readings = summarise_readings(
        survival, classes=CLASSES, at_risk=[0, 2], horizon=3, published=PUBLISHED
    )
    means = estimate_restricted_means(survival, classes=CLASSES, horizon=3)
    words = {"one": "As it is", "two": "The same"}
    figure = readings_figure(survival, readings, means, words=words, classes=CLASSES)
    save(figure, "Survival", "", tmp_path / "readings.svg")
    first, second = figure.axes
    assert [axes.get_title(loc="left") for axes in figure.axes] == [*words.values()]
    assert [t.get_text() for t in first.get_xticklabels()] == ["0\n3\n3", "2\n3\n2"]
    assert "LGG − HGG: 1.0 (" in second.texts[1].get_text()
