from functools import partial

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sklearn_metrics

from regrade.metrics import (
    area_under_curve,
    averaged_f1,
    class_scores,
    confusion,
    draw_within_classes,
    interval,
    run_scores,
    scored,
    two_class_scores,
)

CLASSES = ["LGG", "HGG", "healthy"]
HGG_POSITIVE = partial(two_class_scores, positive="HGG")


def run_of(truth, predicted, p_hgg=0.5, fold=0, seed=0):
    """One test run; subjects are numbered."""
    return pd.DataFrame(
        {
            "experiment": "2d",
            "fold": fold,
            "seed": seed,
            "subject": [f"S{number:03d}" for number in range(len(truth))],
            "role": "test",
            "truth": truth,
            "predicted": predicted,
            "p_HGG": p_hgg,
        }
    )


def run_with(tp, fp, fn, tn):
    truth = ["HGG"] * tp + ["LGG"] * fp + ["HGG"] * fn + ["LGG"] * tn
    predicted = ["HGG"] * (tp + fp) + ["LGG"] * (fn + tn)
    return run_of(truth, predicted)


def all_rows(run):
    return np.arange(len(run))[None]


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
    scores = HGG_POSITIVE(run, all_rows(run))
    for name, value in expected.items():
        assert scores[name] == pytest.approx(value, abs=5e-5), name


def test_scores_of_nothing_are_undefined_not_zero():
    run = run_with(tp=0, fp=0, fn=2, tn=0)
    scores = HGG_POSITIVE(run, all_rows(run))
    assert scores["SEN"] == 0
    for name in ("AUC", "SPE", "PPV", "APCA"):
        assert np.isnan(scores[name]), name


def test_auc_counts_the_pairs_in_the_right_order():
    truth = ["LGG", "LGG", "HGG", "HGG"]
    run = run_of(truth, truth, p_hgg=[0.1, 0.4, 0.35, 0.8])
    assert area_under_curve(run, all_rows(run), "HGG") == 0.75
    alike = run_of(truth, truth, p_hgg=0.5)
    assert area_under_curve(alike, all_rows(alike), "HGG") == 0.5


def three_classes():
    """Two LGG right, one HGG right and one called LGG, one healthy right."""
    truth = ["LGG", "LGG", "HGG", "HGG", "healthy"]
    return run_of(truth, ["LGG", "LGG", "HGG", "LGG", "healthy"])


def test_confusion_has_the_truth_in_rows():
    expected = [[2, 0, 0], [1, 1, 0], [0, 0, 1]]
    assert confusion(three_classes(), CLASSES).tolist() == expected


def test_class_scores_against_the_rest():
    run = three_classes()
    scores = class_scores(run, all_rows(run), "LGG")
    expected = {"precision": 2 / 3, "recall": 1, "F1": 4 / 5, "specificity": 2 / 3}
    assert {name: value.item() for name, value in scores.items()} == expected


def test_averages_of_f1():
    run = three_classes()
    scores = averaged_f1(run, all_rows(run), classes=CLASSES)
    f1 = [4 / 5, 2 / 3, 1]
    assert scores["Macro F1 score"] == pytest.approx(sum(f1) / 3)
    weighted = (2 * f1[0] + 2 * f1[1] + 1 * f1[2]) / 5
    assert scores["Weighted F1 score"] == pytest.approx(weighted)


def test_scores_agree_with_scikit_learn_on_resamples():
    generator = np.random.default_rng(0)
    truth, predicted = generator.choice(CLASSES[:2], (2, 60))
    run = run_of(truth, predicted, p_hgg=generator.random(60).round(1))
    rows = draw_within_classes(run["truth"], 3, generator)
    two = HGG_POSITIVE(run, rows)
    averages = averaged_f1(run, rows, classes=CLASSES[:2])
    for number, drawn in enumerate(rows):
        one = run.iloc[drawn]
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


def test_draws_keep_the_size_of_each_class():
    truth = pd.Series(["LGG", "HGG", "HGG"])
    rows = draw_within_classes(truth, 50, np.random.default_rng(0))
    assert rows.shape == (50, 3)
    drawn = truth.to_numpy()[rows]
    assert ((drawn == "LGG").sum(axis=1) == 1).all()
    assert len(set(map(tuple, rows))) == 4


def test_interval_spans_what_resamples_can_give():
    # Of two HGG one is found: a resample finds none, one or both. The LGG is right.
    run = run_with(tp=1, fp=0, fn=1, tn=1)
    ends = interval(run, HGG_POSITIVE, resamples=200, seed=0)
    assert ends.loc["SEN"].tolist() == [0, 1]
    assert ends.loc["SPE"].tolist() == [1, 1]


def test_interval_draws_the_same_subjects_for_all_seeds_of_a_fold():
    # Each seed finds the HGG that the other misses, so the mean is 1/2 in any resample.
    truth = ["HGG", "HGG", "LGG"]
    seeds = [
        run_of(truth, ["HGG", "LGG", "LGG"], seed=1),
        run_of(truth, ["LGG", "HGG", "LGG"], seed=2).iloc[::-1],
    ]
    ends = interval(pd.concat(seeds), HGG_POSITIVE, resamples=50, seed=0)
    assert ends.loc["SEN"].tolist() == [0.5, 0.5]


def test_interval_depends_on_its_seed_only():
    run = run_with(tp=30, fp=5, fn=12, tn=20)
    ends = [interval(run, HGG_POSITIVE, resamples=30, seed=seed) for seed in (1, 1, 2)]
    pd.testing.assert_frame_equal(ends[0], ends[1])
    assert not ends[0].equals(ends[2])


def test_run_scores_has_a_row_for_each_fold_and_seed():
    runs = [
        run_of(["HGG", "LGG"], ["HGG", "LGG"], fold=0),
        run_of(["HGG", "LGG"], ["LGG", "LGG"], fold=1),
    ]
    scores = run_scores(pd.concat(runs), HGG_POSITIVE)
    assert scores["SEN"].tolist() == [1, 0]


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
