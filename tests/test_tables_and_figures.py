import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from chatterjee2022_table_5 import table_5
from regrade.metrics import read_predictions
from regrade.plots import COLOURS, confusion_panels, mean_confusion, save
from regrade.score_tables import two_class_table
from regrade.tables import read_table, write_table
from zeng2024_figure_3 import figure_3, mean_curve, sensitivities

CLASSES = ["LGG", "HGG"]
ROWS = [{"item": "Table 1(A)", "row": "2D | T1", "experiment": "2d_t1"}]
TRUTH = ["LGG", "LGG", "HGG", "HGG"]


def predictions_of(*runs):
    """Four test subjects; each run is the words predicted for them, one seed each."""
    tables = [
        pd.DataFrame(
            {
                "experiment": "2d_t1",
                "fold": 0,
                "seed": seed,
                "epoch": 1,
                "subject": ["A", "B", "C", "D"],
                "role": "test",
                "truth": TRUTH,
                "predicted": predicted,
                "p_LGG": [0.9, 0.6, 0.4, 0.2],
                "p_HGG": [0.1, 0.4, 0.6, 0.8],
            }
        )
        for seed, predicted in enumerate(runs)
    ]
    return pd.concat(tables, ignore_index=True)


def right_and_half_right():
    return predictions_of(TRUTH, ["LGG", "LGG", "LGG", "HGG"])


def test_a_table_of_two_classes_averages_the_runs(tmp_path):
    options = {"scope": "demo", "resamples": 20, "seed": 0}
    predictions = right_and_half_right()
    table = two_class_table(
        predictions, ROWS, classes=CLASSES, positive="HGG", **options
    )
    columns = ["AUC", "Acc", "APCA", "SEN", "SPE", "PPV", "NPV"]
    columns += ["Mean of PPV and NPV"]
    assert table["column"].tolist() == columns
    cells = table.set_index("column")
    assert cells.loc["SEN", "value"] == 0.75
    assert cells.loc["SEN", "sd"] == pytest.approx(0.5 / 2**0.5)
    assert cells.loc["AUC", "value"] == 1
    assert cells.loc["SEN", "low"] <= 0.75 <= cells.loc["SEN", "high"]
    assert (table["subjects"] == 4).all()
    write_table(table, tmp_path / "table.csv", "table")
    read = read_table(tmp_path / "table.csv", "table")
    assert read.loc[0, ["scope", "item", "row"]].tolist() == [
        "demo",
        "Table 1(A)",
        "2D | T1",
    ]


def test_a_table_of_two_classes_of_a_single_run_has_no_sd():
    options = {"scope": "", "resamples": 5, "seed": 0}
    predictions = predictions_of(TRUTH)
    table = two_class_table(
        predictions, ROWS, classes=CLASSES, positive="HGG", **options
    )
    assert table["sd"].isna().all()


def test_a_table_of_two_classes_leaves_undefined_scores_empty():
    options = {"scope": "", "resamples": 5, "seed": 0}
    predictions = predictions_of(TRUTH, ["LGG"] * 4)
    table = two_class_table(
        predictions, ROWS, classes=CLASSES, positive="HGG", **options
    )
    cells = table.set_index("column")["value"]
    assert pd.isna(cells["PPV"])
    assert cells["SEN"] == 0.5


def test_table_5_has_the_published_columns():
    options = {"scope": "", "resamples": 5, "seed": 0, "scoring": "right"}
    table = table_5(right_and_half_right(), ROWS, classes=CLASSES, **options)
    value = table.set_index("column")["value"]
    # Run 2: LGG 2 found, 1 false alarm, F1 4/5; HGG 1 of 2 found, F1 2/3.
    expected = (1 + (4 / 5 + 2 / 3) / 2) / 2
    assert value["Macro F1 score"] == pytest.approx(expected)
    assert value["Weighted F1 score"] == pytest.approx(expected)


def test_predictions_files_are_joined(tmp_path):
    predictions = right_and_half_right()
    paths = [tmp_path / "seed-0.csv", tmp_path / "seed-1.csv"]
    for path, (_, run) in zip(paths, predictions.groupby("seed"), strict=True):
        write_table(run, path, "predictions")
    read = read_predictions(paths)
    assert read["predicted"].tolist() == predictions["predicted"].tolist()


def test_confusion_is_the_mean_over_the_runs():
    counts, shares = mean_confusion(right_and_half_right(), CLASSES)
    assert counts.tolist() == [[2, 0], [0.5, 1.5]]
    assert shares.tolist() == [[1, 0], [0.25, 0.75]]


def test_confusion_of_pooled_epochs_counts_subjects():
    runs = right_and_half_right()
    pooled = runs.assign(epoch=runs["seed"] + 1, seed=0)
    counts, shares = mean_confusion(pooled, CLASSES)
    assert counts.tolist() == [[2, 0], [0.5, 1.5]]
    assert shares.tolist() == [[1, 0], [0.25, 0.75]]


def test_roc_curve_of_perfect_ranks_passes_the_corner():
    lost, found = mean_curve(predictions_of(TRUTH), "HGG")
    assert (lost[0], found[0]) == (0, 0)
    assert (lost[1], found[1]) == (0, 1)
    assert (lost[-1], found[-1]) == (1, 1)


def test_roc_legend_gives_the_area():
    curves = [{"label": "2D", "experiment": "2d_t1"}]
    options = {"classes": CLASSES, "positive": "HGG", "resamples": 20, "seed": 0}
    figure = figure_3(predictions_of(TRUTH), curves, **options)
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["2D: AUC 1.000 (1.000 to 1.000)", "Chance: AUC 0.500"]


def test_roc_curve_of_drawn_patients():
    run = predictions_of(TRUTH).assign(p_HGG=[0.5, 0.1, 0.3, 0.9])
    # D is above A, which is above C: 1 of 2 HGG is found before the first false alarm.
    twice_c, without_a = [1, 1, 2, 1], [0, 1, 1, 1]
    found = sensitivities(run, np.array([[1] * 4, twice_c, without_a]), positive="HGG")
    assert found[0].tolist() == pytest.approx([1 / 2, 1 / 3, 1])
    assert found[0.5].tolist() == [1, 1, 1]
    assert list(found)[-1] == 1


def test_the_first_roc_curve_has_a_band_that_holds_it():
    mixed = predictions_of(TRUTH).assign(p_HGG=[0.5, 0.1, 0.3, 0.9])
    copies = [mixed.assign(subject=mixed["subject"] + name) for name in "abcdef"]
    two = [{"label": name, "experiment": "2d_t1"} for name in "xy"]
    options = {"classes": CLASSES, "positive": "HGG", "resamples": 100, "seed": 0}
    figure = figure_3(pd.concat(copies), two, **options)
    [axes] = figure.axes
    [band] = axes.collections
    assert band.get_facecolor()[0, :3] == pytest.approx(to_rgb(COLOURS[0]))
    ends = band.get_paths()[0].vertices
    assert ends[:, 1].min() < 0.5 < ends[ends[:, 0] == 0, 1].max() < 1


def test_confusion_panels_say_shares_and_counts():
    panels = [{"label": "T1", "experiment": "2d_t1"}]
    figure = confusion_panels(right_and_half_right(), panels, CLASSES)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["100.0%\n(2)", "0.0%\n(0)", "25.0%\n(0.5)", "75.0%\n(1.5)"]


def test_a_figure_drawn_again_has_the_same_bytes(tmp_path):
    panels = [{"label": "T1", "experiment": "2d_t1"}]
    for name in ("first", "second"):
        figure = confusion_panels(predictions_of(TRUTH), panels, CLASSES)
        paths = [tmp_path / f"{name}{ending}" for ending in (".svg", ".pdf")]
        save(figure, "Confusion matrices", "demo cohorts", *paths)
    assert figure.get_suptitle() == "Confusion matrices\ndemo cohorts"
    for ending in (".svg", ".pdf"):
        first, second = (tmp_path / f"{n}{ending}" for n in ("first", "second"))
        assert first.read_bytes() == second.read_bytes()


def test_a_pdf_has_no_date_and_its_text_in_a_font_of_text(tmp_path):
    figure = Figure()
    save(figure, "Kaplan-Meier", "", tmp_path / "figure.pdf")
    written = (tmp_path / "figure.pdf").read_bytes()
    assert written.startswith(b"%PDF")
    assert b"CreationDate" not in written
    assert b"/FontFile2" in written  # TrueType
    assert b"/Type3" not in written
