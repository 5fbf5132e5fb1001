from functools import partial

import numpy as np
import pandas as pd
import pytest
from runs import run_of, run_with
from sklearn import metrics as sklearn_metrics

from regrade.intervals import draw_within_classes
from regrade.metrics import (
    area_under_curve,
    averaged_f1,
    class_scores,
    confusion,
    confusions,
    run_scores,
    scored,
    scores_by_class,
    study_scores,
    two_class_scores,
)
from regrade.tables import SCHEMAS

CLASSES = ["LGG", "HGG", "healthy"]
HGG_POSITIVE = partial(two_class_scores, positive="HGG")


def once(run):
    """Count each row once."""
    return np.ones((1, len(run)))


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        # 2D | T1 of Table 1(A), whose published SEN and SPE are these PPV and NPV.
        (
            {"tp": 95, "fp": 17, "fn": 26, "tn": 17},
            {"Acc": 0.7226, "SEN": 0.7851, "SPE": 0.5, "PPV": 0.8482, "NPV": 0.3953}
            | {"APCA": 0.6426},
        ),
        # The headline row of Table 1(B).
        (
            {"tp": 121, "fp": 1, "fn": 0, "tn": 33},
            {"Acc": 0.9935, "SEN": 1.0, "SPE": 0.9706, "PPV": 0.9918, "NPV": 1.0}
            | {"APCA": 0.9853},
        ),
    ],
)
def test_two_class_scores_follow_their_definitions(counts, expected):
    run = run_with(**counts)
    scores = HGG_POSITIVE(run, once(run))
    for name, value in expected.items():
        assert scores[name] == pytest.approx(value, abs=5e-5), name


def test_scores_of_nothing_are_undefined_not_zero():
    run = run_with(tp=0, fp=0, fn=2, tn=0)
    scores = HGG_POSITIVE(run, once(run))
    assert scores["SEN"] == 0
    for name in ("AUC", "SPE", "PPV", "APCA"):
        assert np.isnan(scores[name]), name


def test_auc_counts_the_pairs_in_the_right_order():
    truth = ["LGG", "LGG", "HGG", "HGG"]
    run = run_of(truth, truth, chances=[0.1, 0.4, 0.35, 0.8])
    assert area_under_curve(run, once(run), "HGG") == 0.75
    alike = run_of(truth, truth, chances=0.5)
    assert area_under_curve(alike, once(alike), "HGG") == 0.5


def three_classes():
    """Two LGG right, one HGG right and one called LGG, one healthy right."""
    truth = ["LGG", "LGG", "HGG", "HGG", "healthy"]
    return run_of(truth, ["LGG", "LGG", "HGG", "LGG", "healthy"])


def test_confusion_has_the_truth_in_rows():
    expected = [[2, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert confusion(three_classes(), CLASSES).tolist() == expected


def test_class_scores_against_the_rest():
    scores = class_scores(np.array([[2, 0, 0], [1, 1, 0], [0, 0, 1]]), scoring="right")
    assert {name: values[0] for name, values in scores.items()} == {
        "Precision": 2 / 3,
        "Recall": 1,
        "Specificity": 2 / 3,
        "F1": 4 / 5,
    }


def test_scores_bear_the_words_of_figure_7():
    run = three_classes()
    scores = scores_by_class(run, once(run), classes=CLASSES, scoring="right")
    assert set(scores) == set(published("Figure 7")["column"])
    assert scores["Recall (HGG)"].tolist() == [0.5]
    assert scores["Recall (Healthy)"].tolist() == [1]


def published(item):
    """Give the printed values of a figure of paper B."""
    values = pd.read_csv(SCHEMAS.parent / "published/chatterjee2022_figures.csv")
    return values[values["item"] == item]


def deviation_from_figure_7(scoring):
    """Score the winner's printed confusion matrix; compare with its printed scores.

    Figure 5 gives shares of each class; the authors' test set has 24, 78 and 75 of them
    (3B-2).
    """
    shares = published("Figure 5 (pre-trained)")["value"].to_numpy().reshape(3, 3)
    counts = shares * np.array([[24], [78], [75]])
    winner = published("Figure 7").query("row.str.startswith('Pre-trained ResNet mix')")
    printed = winner.set_index("column")["value"]
    scores = class_scores(counts, scoring=scoring)
    names = ["LGG", "HGG", "Healthy"]
    return np.array(
        [
            value - printed[f"{score} ({name})"]
            for score, values in scores.items()
            for name, value in zip(names, values, strict=True)
        ]
    )


def test_the_wrong_axis_gives_the_printed_scores_and_the_right_one_does_not():
    wrong = deviation_from_figure_7("wrong_axis")
    assert abs(wrong).max() < 0.002
    assert np.sqrt((wrong**2).mean()) < 0.001
    right = deviation_from_figure_7("right")
    assert abs(right).max() > 0.12
    assert np.sqrt((right**2).mean()) == pytest.approx(0.048, abs=0.001)


def test_the_wrong_axis_keeps_precision_and_balanced_classes():
    counts = np.array([[2, 2, 0], [1, 3, 0], [0, 0, 4]])
    right, wrong = (class_scores(counts, scoring=s) for s in ("right", "wrong_axis"))
    assert wrong["Recall"] == pytest.approx(right["Recall"])
    counts[2, 2] = 40
    counts[0] *= 2
    right, wrong = (class_scores(counts, scoring=s) for s in ("right", "wrong_axis"))
    assert wrong["Precision"] == pytest.approx(right["Precision"])
    assert wrong["Recall"][0] == pytest.approx((4 / 8) / (4 / 8 + 4 / 4))


def test_the_wrong_axis_is_undefined_where_a_class_is_not_tested():
    counts = np.array([[0, 0, 0], [1, 3, 0], [0, 0, 4]])
    wrong = class_scores(counts, scoring="wrong_axis")
    assert np.isnan(wrong["F1"][0])
    assert np.isnan(wrong["Recall"][1])
    assert wrong["Precision"][1] == 1


def test_averages_of_f1():
    run = three_classes()
    scores = averaged_f1(run, once(run), classes=CLASSES, scoring="right")
    f1 = [4 / 5, 2 / 3, 1]
    assert scores["Macro F1 score"] == pytest.approx(sum(f1) / 3)
    weighted = (2 * f1[0] + 2 * f1[1] + 1 * f1[2]) / 5
    assert scores["Weighted F1 score"] == pytest.approx(weighted)


def test_scores_agree_with_scikit_learn_on_resamples():
    generator = np.random.default_rng(0)
    truth, predicted = generator.choice(CLASSES[:2], (2, 60))
    run = run_of(truth, predicted, chances=generator.random(60).round(1))
    weights = draw_within_classes(run["truth"], 3, generator)
    two = HGG_POSITIVE(run, weights)
    averages = averaged_f1(run, weights, classes=CLASSES[:2], scoring="right")
    counts = confusions(run, weights, CLASSES[:2])
    for number, often in enumerate(weights.astype(int)):
        one = run.loc[run.index.repeat(often)]
        assert counts[number].tolist() == confusion(one, CLASSES[:2]).tolist()
        pair = one["truth"], one["predicted"]
        expected = {
            "AUC": sklearn_metrics.roc_auc_score(one["truth"] == "HGG", one["p_HGG"]),
            "Acc": sklearn_metrics.accuracy_score(*pair),
            "APCA": sklearn_metrics.balanced_accuracy_score(*pair),
            "SEN": sklearn_metrics.recall_score(*pair, pos_label="HGG"),
            "PPV": sklearn_metrics.precision_score(*pair, pos_label="HGG"),
            "Macro F1 score": sklearn_metrics.f1_score(*pair, average="macro"),
            "Weighted F1 score": sklearn_metrics.f1_score(*pair, average="weighted"),
        }
        for name, value in expected.items():
            assert (two | averages)[name][number] == pytest.approx(value), name


def unequal_classes():
    """Three classes of 5, 3 and 2, with each kind of error another number of times."""
    counts = {("LGG", "LGG"): 2, ("LGG", "HGG"): 3, ("HGG", "HGG"): 1}
    counts |= {("HGG", "healthy"): 2, ("healthy", "LGG"): 1, ("healthy", "healthy"): 1}
    pairs = [pair for pair, often in counts.items() for _ in range(often)]
    return run_of(*map(list, zip(*pairs, strict=True)))


def test_scores_of_unequal_classes_agree_with_scikit_learn():
    run = unequal_classes()
    pair = run["truth"], run["predicted"]
    ways = {"labels": CLASSES, "zero_division": np.nan}
    precision, recall, f1, _ = sklearn_metrics.precision_recall_fscore_support(
        *pair, **ways
    )
    tables = sklearn_metrics.multilabel_confusion_matrix(*pair, labels=CLASSES)
    expected = {"Precision": precision, "Recall": recall, "F1": f1}
    expected["Specificity"] = tables[:, 0, 0] / tables[:, 0].sum(axis=1)
    counts = confusions(run, once(run), CLASSES)
    found = class_scores(counts, scoring="right")
    assert {name: values[0].tolist() for name, values in found.items()} == {
        name: pytest.approx(list(values)) for name, values in expected.items()
    }
    # By hand, so that a wrong axis shows: HGG is named 4 times, once rightly, of 3.
    assert found["Precision"][0, 1] == 1 / 4
    assert found["Recall"][0, 1] == 1 / 3
    assert found["Specificity"][0, 1] == 4 / 7


@pytest.mark.parametrize("name", ["LGG", "HGG", "healthy"])
def test_each_class_has_its_scores_as_the_positive_one(name):
    run = unequal_classes().assign(**{f"p_{c}": 0.5 for c in CLASSES})
    found = two_class_scores(run, once(run), positive=name)
    truth, named = run["truth"] == name, run["predicted"] == name
    score = partial(sklearn_metrics.precision_score, zero_division=np.nan)
    expected = {
        "SEN": sklearn_metrics.recall_score(truth, named),
        "SPE": sklearn_metrics.recall_score(~truth, ~named),
        "PPV": score(truth, named),
        "NPV": score(~truth, ~named),
        "APCA": sklearn_metrics.balanced_accuracy_score(truth, named),
        "Acc": sklearn_metrics.accuracy_score(truth, named),
    }
    expected["Mean of PPV and NPV"] = (expected["PPV"] + expected["NPV"]) / 2
    for column, value in expected.items():
        assert found[column] == pytest.approx(value), column


def test_a_weight_is_a_row_that_stands_there_so_often():
    run = unequal_classes()
    run["p_HGG"] = [0.1, 0.2, 0.9, 0.4, 0.4, 0.8, 0.4, 0.1, 0.3, 0.2]
    weights = np.array([[2.0, 0, 1, 3, 1, 1, 2, 0, 1, 1]])
    many = run.loc[run.index.repeat(weights[0].astype(int))]
    for function in (
        partial(two_class_scores, positive="HGG"),
        partial(averaged_f1, classes=CLASSES, scoring="right"),
    ):
        once_each = function(many, once(many))
        for name, values in function(run, weights).items():
            assert values == pytest.approx(once_each[name]), name
    area = sklearn_metrics.roc_auc_score(many["truth"] == "HGG", many["p_HGG"])
    assert area_under_curve(run, weights, "HGG") == pytest.approx(area)


def test_a_study_has_the_scores_of_its_tables():
    run = unequal_classes()
    ways = {"classes": CLASSES, "scoring": "right"}
    assert "AUC" in study_scores(run, once(run), positive="HGG", **ways)
    found = study_scores(run, once(run), positive=None, **ways)
    assert list(found) == [
        "Mean F1 score (LGG)",
        "Mean F1 score (HGG)",
        "Mean F1 score (Healthy)",
        "Macro F1 score",
        "Weighted F1 score",
    ]
    # HGG: 1 right, 3 wrongly named, 2 missed; LGG: 2, 1, 3; healthy: 1, 2, 1.
    assert found["Mean F1 score (HGG)"] == pytest.approx(2 / 7)
    macro = (4 / 8 + 2 / 7 + 2 / 5) / 3
    assert found["Macro F1 score"] == pytest.approx(macro)


def test_run_scores_has_a_row_for_each_fold_and_seed():
    runs = [
        run_of(["HGG", "LGG"], ["HGG", "LGG"], fold=0),
        run_of(["HGG", "LGG"], ["LGG", "LGG"], fold=1),
    ]
    scores = run_scores(pd.concat(runs), HGG_POSITIVE)
    assert scores["SEN"].to_dict() == {(0, 0): 1, (1, 0): 0}


def test_scored_takes_the_test_subjects_of_an_experiment():
    run = run_of(["HGG", "LGG"], ["HGG", "LGG"]).assign(role=["test", "train"])
    assert scored(run, "2d", CLASSES)["subject"].tolist() == ["S000"]


def test_scored_names_the_experiments_it_found():
    run = run_of(["HGG"], ["HGG"])
    with pytest.raises(ValueError, match=r"experiment '3d'.*which hold \['2d'\]"):
        scored(run, "3d", CLASSES)


def test_scored_refuses_classes_that_the_study_does_not_name():
    run = run_of(["HGG"], ["glioma"])
    with pytest.raises(ValueError, match=r"\['glioma'\].*key classes"):
        scored(run, "2d", CLASSES)
