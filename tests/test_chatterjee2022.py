import numpy as np
import pandas as pd
import pytest

from chatterjee2022_deviations import deviations
from chatterjee2022_figure_1 import examples, figure_1, middle_slices
from chatterjee2022_figure_2 import best_slice, example, figure_2, inner_circle
from chatterjee2022_figure_7 import figure_7, table_7
from chatterjee2022_table_1 import table_1
from chatterjee2022_table_6 import table_6
from regrade.score_tables import f1_table
from regrade.tables import read_table, write_table

CLASSES = ["LGG", "HGG", "healthy"]
TRUTH = ["LGG", "LGG", "HGG", "HGG", "healthy", "healthy"]
ONE_WRONG = ["LGG", "HGG", "HGG", "HGG", "healthy", "healthy"]
BOOTSTRAP = {"scope": "demo", "resamples": 50, "seed": 0}
SETTINGS = BOOTSTRAP | {"classes": CLASSES, "scoring": "right"}


def predictions_of(*folds, first=0):
    """Six test subjects a fold; each fold is the words predicted for them."""
    tables = [
        pd.DataFrame(
            {
                "experiment": "mc3_18",
                "fold": fold,
                "seed": 1,
                "epoch": 1,
                "subject": [f"S{first + 10 * fold + n}" for n in range(6)],
                "role": "test",
                "truth": TRUTH,
                "predicted": predicted,
            }
        )
        for fold, predicted in enumerate(folds)
    ]
    return pd.concat(tables, ignore_index=True)


def test_table_1_is_what_the_training_counted(tmp_path):
    rows = [{"item": "Table 1", "row": "ResNet3D", "experiment": "r3d_18"}]
    table = table_1([{"parameters": 33148995}], rows, scope="")
    write_table(table, tmp_path / "table.csv", "table")
    [cell] = read_table(tmp_path / "table.csv", "table").to_dict("records")
    assert (cell["value"], cell["unit"]) == (33148995, "parameters")


def test_f1_table_takes_one_class():
    rows = [{"item": "Table 2", "row": "ResNet", "experiment": "mc3_18"}]
    table = f1_table(predictions_of(TRUTH, ONE_WRONG), rows, name="LGG", **SETTINGS)
    [cell] = table.to_dict("records")
    # Fold 2: one of two LGG found and no false alarm, F1 2/3.
    assert cell["column"] == "Mean F1 score (LGG)"
    assert cell["value"] == pytest.approx((1 + 2 / 3) / 2)
    assert cell["sd"] == pytest.approx(1 / 3 / 2**0.5)


def literature():
    words = {"study": "chatterjee2022", "item": "Table 6", "sd": pd.NA}
    cells = [
        ("Pei et al. [9]", "Test Accuracy", "74.9", "%"),
        ("Pei et al. [9]", "Method", "U-Net & CNN", pd.NA),
        ("This paper", "Test Accuracy", "96.98", "%"),
        ("This paper", "Method", "Mixed convolution", pd.NA),
    ]
    columns = ["row", "column", "value", "unit"]
    return pd.DataFrame(cells, columns=columns).assign(**words)


def six():
    rows = [{"item": "Table 6", "row": "This paper", "experiment": "mc3_18"}]
    return table_6(predictions_of(ONE_WRONG), literature(), rows, **SETTINGS)


def test_table_6_scores_this_run_beside_other_works(tmp_path):
    table = six()
    write_table(table, tmp_path / "table.csv", "table")
    cells = table.set_index(["row", "column"])
    other = cells.loc["Pei et al. [9]", "Test Accuracy"]
    assert pd.isna(other["value"])
    assert other["subjects"] == 0
    ours = cells.loc["This paper"]
    assert ours.loc["Test Accuracy", "value"] == pytest.approx(500 / 6)
    assert ours.loc["Test Accuracy, LGG against HGG", "value"] == pytest.approx(75)
    rest = ours.loc["Test Accuracy, one class against the rest", "value"]
    assert rest == pytest.approx(100 * (5 + 5 + 6) / 18)
    # One of four subjects without HGG is called HGG.
    assert ours.loc["specificity s", "value"] == pytest.approx((1 + 3 / 4 + 1) / 3)
    assert ours["unit"].tolist() == ["%", "fraction", "%", "%"]


def deviations_of(**predictions):
    words = {"experiment": "mc3_18", "scoring": "right"}
    rows = [{"row": name, "variant": name, **words} for name in ("base", "coded")]
    table = deviations(
        predictions,
        rows,
        reference="base",
        classes=CLASSES,
        **BOOTSTRAP,
    )
    return table.set_index(["row", "column"])


def test_deviations_are_paired_where_the_folds_agree():
    # Both variants err alike: whoever is drawn, they do not differ.
    cells = deviations_of(
        base=predictions_of(ONE_WRONG, TRUTH),
        coded=predictions_of(ONE_WRONG, TRUTH).iloc[::-1],
    )
    assert ("base", "Difference") not in cells.index
    both = cells.xs("Macro F1 score", level="column")["value"]
    assert both["base"] == both["coded"] < 1
    difference = cells.loc["coded", "Difference"]
    assert difference[["value", "low", "high"]].tolist() == [0, 0, 0]
    assert difference["unit"] == "difference"


def test_deviations_are_not_paired_where_other_subjects_are_scored():
    cells = deviations_of(
        base=predictions_of(ONE_WRONG), coded=predictions_of(ONE_WRONG, first=100)
    )
    difference = cells.loc["coded", "Difference"]
    assert difference["value"] == 0
    assert difference["low"] < 0 < difference["high"]


def test_a_deviation_in_the_scoring_alone_has_a_cost():
    # Six LGG, two of each other class: the wrong axis weighs them.
    more = [
        predictions_of(["LGG", "HGG"] * 3).assign(
            truth="LGG", subject=[f"T{n}" for n in range(6)]
        ),
        predictions_of(TRUTH),
    ]
    tests = pd.concat(more)
    words = {"variant": "base", "experiment": "mc3_18"}
    rows = [
        {"row": "base", "scoring": "right", **words},
        {"row": "coded scoring", "scoring": "wrong_axis", **words},
    ]
    table = deviations(
        {"base": tests},
        rows,
        reference="base",
        classes=CLASSES,
        **BOOTSTRAP,
    )
    [difference] = table.loc[table["column"] == "Difference", "value"]
    assert difference != 0


def test_each_deviation_is_compared_with_its_own_model():
    base = pd.concat(
        [
            predictions_of(TRUTH),
            predictions_of(ONE_WRONG).assign(experiment="r3d_18"),
        ]
    )
    rows = [
        {"row": "base", "variant": "base", "experiment": "mc3_18"},
        {"row": "base, r3d_18", "variant": "base", "experiment": "r3d_18"},
        {"row": "stem, r3d_18", "variant": "stem", "experiment": "r3d_18"},
    ]
    stem = predictions_of(ONE_WRONG).assign(experiment="r3d_18")
    table = deviations(
        {"base": base, "stem": stem},
        [row | {"scoring": "right"} for row in rows],
        reference="base",
        classes=CLASSES,
        **BOOTSTRAP,
    )
    [difference] = table[table["column"] == "Difference"].to_dict("records")
    assert (difference["row"], difference["value"]) == ("stem, r3d_18", 0)


def test_figure_7_has_a_heat_map_a_class():
    rows = [{"label": "ResNet", "experiment": "mc3_18"}]
    table = table_7(predictions_of(ONE_WRONG), rows, **SETTINGS)
    assert len(table) == 12
    figure = figure_7(table)
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == ["(a) LGG", "(b) HGG", "(c) Healthy"]
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["1.0000", "0.5000", "1.0000", "0.6667"]


def test_an_example_is_a_test_subject_of_its_class():
    splits = pd.DataFrame(
        {
            "subject": ["C", "B", "A", "D", "A"],
            "class": ["LGG", "LGG", "LGG", "HGG", "LGG"],
            "fold": [0, 0, 0, 1, 1],
            "role": ["test", "test", "train", "test", "test"],
        }
    )
    assert examples(splits, CLASSES) == {"LGG": "B", "HGG": "D"}


def test_middle_slices_stand_upright():
    volume = np.zeros((3, 5, 7), np.uint8)
    volume[2] = 9  # the top
    axial, coronal, sagittal = middle_slices(volume)
    assert (axial.shape, coronal.shape, sagittal.shape) == ((5, 7), (3, 7), (3, 5))
    assert (coronal[0] == 9).all()
    assert (sagittal[0] == 9).all()


def test_figure_1_names_classes_and_planes():
    figure = figure_1({"LGG": np.zeros((3, 5, 7), np.uint8)})
    assert [axes.get_title() for axes in figure.axes] == [
        "axial",
        "coronal",
        "sagittal",
    ]
    assert figure.axes[0].get_ylabel() == "LGG"


def test_a_circle_lies_deepest_in_its_tissue():
    tissue = np.zeros((9, 11), bool)
    tissue[1:6, 2:9] = True
    (column, row), radius = inner_circle(tissue)
    assert (row, radius) == (3, 3)
    assert 4 <= column <= 6


def labels():
    """Core and oedema: most of both in the second slice."""
    array = np.zeros((3, 4, 4), np.uint8)
    array[0, :, :2], array[0, 0, 3] = 1, 2
    array[1, :, 0], array[1, :, 3] = 1, 2
    return array


def test_figure_2_circles_both_tissues():
    assert best_slice(labels()) == 1
    pixels = np.arange(16.0).reshape(4, 4)
    figure = figure_2({"T1ce": pixels, "T2": pixels}, labels()[1])
    assert [axes.get_title() for axes in figure.axes] == ["T1ce", "T2"]
    assert all(len(axes.patches) == 2 for axes in figure.axes)


def test_figure_2_says_that_no_tumour_has_a_core():
    images = dict.fromkeys(["t1ce", "t2", "flair", "mask"], ["image.nii.gz"])
    subjects = pd.DataFrame({"grade": ["LGG"], **images})
    with pytest.raises(ValueError, match="No HGG in folder has a necrotic core"):
        example(subjects, "folder")


def test_figure_2_passes_over_who_has_not_all_its_images():
    images = dict.fromkeys(["t1ce", "t2", "mask"], ["image.nii.gz"])
    subjects = pd.DataFrame({"grade": ["HGG"], **images, "flair": [None]})
    with pytest.raises(ValueError, match="and the images t1ce, t2, flair"):
        example(subjects, "folder")
