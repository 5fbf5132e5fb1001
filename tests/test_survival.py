import os
from pathlib import Path

import pandas as pd
import pytest

from collect_survival import collect_survival, trimmed_mean
from regrade.plots import save
from regrade.tables import load_schema, read_table, write_table
from zeng2024_figure_6 import figure_6, fit_curves, log_rank_p, table_6

GRADES = {"2": "LGG", "3": "HGG", "4": "HGG"}
CLASSES = ["LGG", "HGG"]


def sheet_of(rows):
    """Sheet of rows: subject, patient, follow_up, grade, survival_days, died."""
    names = ["subject", "patient", "follow_up", "grade", "survival_days", "died"]
    sheet = pd.DataFrame(rows, columns=names)
    others = [name for name in load_schema("subjects")["columns"] if name not in names]
    return sheet.astype({"died": "boolean"}).assign(**dict.fromkeys(others, pd.NA))


def collect(rows, trim=1):
    return collect_survival(
        sheet_of(rows),
        classes=GRADES,
        days_per_month=30,
        imputed_class="HGG",
        trim=trim,
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


def test_missing_time_of_a_high_grade_is_the_trimmed_mean():
    days = [100, 200, 300, 1000, None]
    rows = [(f"S{d}", f"S{d}", False, "4", d, True) for d in days]
    survival = collect([*rows, ("L", "L", False, "2", 5000, True)])
    assert survival.loc[survival["imputed"], "days"].tolist() == [250]
    assert len(survival) == 6


def test_missing_time_of_a_low_grade_is_left_out():
    rows = [("A", "A", False, "2", None, True), ("B", "B", False, "2", 90, True)]
    assert collect(rows)["subject"].tolist() == ["B"]


def test_too_few_times_are_not_trimmed():
    assert trimmed_mean(pd.Series([100, 200, 600]), trim=1) == 200
    assert trimmed_mean(pd.Series([100, 600]), trim=1) == 350


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


@pytest.mark.skipif(
    "REGRADE_DATA" not in os.environ,
    reason="REGRADE_DATA does not name the folder with the UCSF-PDGM table",
)
def test_survival_of_the_real_table(tmp_path):
    path = Path(os.environ["REGRADE_DATA"]) / "UCSF-PDGM/UCSF-PDGM-metadata_v5.csv"
    table = pd.read_csv(path, dtype=str)
    rows = zip(
        table["ID"],
        table["ID"].str.extract(r"-0*(\d+)", expand=False),
        table["ID"].str.contains("_FU"),
        table["WHO CNS Grade"],
        pd.to_numeric(table["OS"]),
        table["1-dead 0-alive"] == "1",
        strict=True,
    )
    survival = collect_survival(
        sheet_of(rows),
        classes=GRADES,
        days_per_month=30.4375,
        imputed_class="HGG",
        trim=10,
    )
    write_table(survival, tmp_path / "survival.csv", "survival")
    survival = read_table(tmp_path / "survival.csv", "survival")
    assert len(survival) == 495
    imputed = survival.loc[survival["imputed"], "days"]
    assert imputed.tolist() == [pytest.approx(495.9, abs=0.05)]
    assert log_rank_p(survival, CLASSES) < 1e-4
