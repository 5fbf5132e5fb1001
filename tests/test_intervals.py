"""Intervals against scipy's, against formulas done by hand, and by simulation."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
from runs import run_of, run_with
from scipy.stats import binomtest, bootstrap, norm

from regrade.intervals import (
    delong,
    draw_within_classes,
    interval,
    less,
    placements,
    resampled,
    standard_error,
    wilson,
)
from regrade.metrics import area_under_curve, two_class_scores

HGG_POSITIVE = partial(two_class_scores, positive="HGG")


def binormal(generator, *, positives, negatives, apart):
    """Draw chances of both classes; they need not lie between 0 and 1 to be ranked."""
    truth = ["HGG"] * positives + ["LGG"] * negatives
    shift = np.where(np.array(truth) == "HGG", apart, 0)
    return run_of(truth, truth, generator.normal(shift))


def test_draws_keep_the_size_of_each_class():
    truth = pd.Series(["LGG", "HGG", "HGG"])
    drawn = draw_within_classes(truth, 50, np.random.default_rng(0))
    assert drawn.shape == (50, 3)
    assert (drawn[:, 0] == 1).all()
    assert set(map(tuple, drawn[:, 1:])) == {(0, 2), (1, 1), (2, 0)}


def test_interval_spans_what_resamples_can_give():
    # Of two HGG one is found: a resample finds none, one or both. The LGG is right.
    run = run_with(tp=1, fp=0, fn=1, tn=1)
    ends = interval(resampled(run, HGG_POSITIVE, resamples=200, seed=0))
    assert ends.loc["SEN"].tolist() == [0, 1]
    assert ends.loc["SPE"].tolist() == [1, 1]


def test_interval_draws_the_same_subjects_for_all_seeds_of_a_fold():
    # Each seed finds the HGG that the other misses, so the mean is 1/2 in any resample.
    truth = ["HGG", "HGG", "LGG"]
    seeds = [
        run_of(truth, ["HGG", "LGG", "LGG"], seed=1),
        run_of(truth, ["LGG", "HGG", "LGG"], seed=2).iloc[::-1],
    ]
    ends = interval(resampled(pd.concat(seeds), HGG_POSITIVE, resamples=50, seed=0))
    assert ends.loc["SEN"].tolist() == [0.5, 0.5]


def test_resamples_take_all_epochs_of_a_subject():
    # The first HGG is found in both epochs, the second in none, the LGG in one: drawn
    # by epochs, a sensitivity of 1/4 or 3/4 could come out.
    truth = ["HGG", "HGG", "LGG"]
    epochs = [
        run_of(truth, ["HGG", "LGG", "LGG"], epoch=1),
        run_of(truth, ["HGG", "LGG", "HGG"], epoch=2),
    ]
    draws = resampled(pd.concat(epochs), HGG_POSITIVE, resamples=50, seed=0)
    assert set(draws.loc["drawn", "SEN"]) == {0, 0.5, 1}
    assert set(draws.loc["drawn", "SPE"]) == {0.5}


def test_a_subject_that_lacks_an_epoch_is_named():
    epochs = [
        run_of(["HGG", "LGG"], ["HGG", "LGG"], epoch=1),
        run_of(["HGG"], ["HGG"], epoch=2),
    ]
    with pytest.raises(ValueError, match="'2d' hold 1 epochs of S001 and 2 of S000"):
        resampled(pd.concat(epochs), HGG_POSITIVE, resamples=5, seed=0)


def test_resamples_depend_on_their_seed_only():
    run = run_with(tp=30, fp=5, fn=12, tn=20)
    draws = [
        resampled(run, HGG_POSITIVE, resamples=30, seed=seed) for seed in (1, 1, 2)
    ]
    pd.testing.assert_frame_equal(draws[0], draws[1])
    assert not draws[0].equals(draws[2])


def test_the_interval_is_that_of_scipy():
    generator = np.random.default_rng(3)
    run = run_with(tp=30, fp=4, fn=10, tn=20)
    run["p_HGG"] = generator.normal(run["truth"].eq("HGG")).round(1)
    ends = interval(resampled(run, HGG_POSITIVE, resamples=20_000, seed=0)).loc["AUC"]
    groups = [run.loc[run["truth"] == name, "p_HGG"] for name in ("HGG", "LGG")]

    def area(positives, negatives, axis):
        pairs = positives[..., :, None] - negatives[..., None, :]
        return ((pairs > 0) + 0.5 * (pairs == 0)).mean(axis=(-1, -2))

    ways = {"vectorized": True, "method": "BCa", "batch": 1000, "rng": 1}
    theirs = bootstrap(groups, area, n_resamples=20_000, axis=-1, **ways)
    assert ends.tolist() == pytest.approx(theirs.confidence_interval, abs=0.004)


def test_an_undefined_score_has_no_interval():
    ends = interval(resampled(run_with(1, 0, 1, 0), HGG_POSITIVE, resamples=9, seed=0))
    assert ends.loc["SPE"].isna().all()
    assert ends.loc["SEN"].tolist() == [0, 1]


def test_a_difference_of_other_patients_adds_what_both_can_move():
    one = run_with(tp=9, fp=3, fn=3, tn=9)
    other = one.assign(subject=one["subject"].str.lower())
    samples = [
        resampled(tests, HGG_POSITIVE, resamples=2000, seed=seed)
        for seed, tests in enumerate([one, other])
    ]
    apart = less(*samples)
    assert len(apart.loc["left out"]) == 48
    assert apart.loc["all", "SEN"].tolist() == [0]
    variances = [part.loc["drawn", "SEN"].var() for part in (*samples, apart)]
    assert variances[2] == pytest.approx(sum(variances[:2]), rel=0.15)


def structural_components(run):
    """DeLong's variance of the AUC by its definition: all pairs, one by one."""
    positives, negatives = (
        run.loc[run["truth"] == name, "p_HGG"].to_numpy() for name in ("HGG", "LGG")
    )
    pairs = positives[:, None] - negatives
    right = (pairs > 0) + 0.5 * (pairs == 0)
    parts = right.mean(axis=1), right.mean(axis=0)
    return right.mean(), sum(part.var(ddof=1) / len(part) for part in parts)


def test_delong_is_the_variance_of_the_components():
    truth = ["HGG"] * 5 + ["LGG"] * 3
    chances = [0.9, 0.8, 0.4, 0.4, 0.7, 0.4, 0.1, 0.6]  # ties in and across classes
    run = run_of(truth, truth, chances)
    area, variance = structural_components(run)
    assert area == pytest.approx(12 / 15)
    assert standard_error(placements(run, "HGG")) == pytest.approx(np.sqrt(variance))
    found = delong(run, "HGG")
    assert found["value"] == pytest.approx(area)
    # The odds of 4/5 are 4; their log's error is that of the area / area (1 - area).
    error = 1.959964 * np.sqrt(variance) / (4 / 5 * 1 / 5)
    odds = 4 * np.exp([-error, error])
    expected = odds / (1 + odds)
    assert [found["low"], found["high"]] == pytest.approx(expected, abs=1e-6)


def test_delong_counts_a_patient_of_two_runs_once():
    run = binormal(np.random.default_rng(0), positives=12, negatives=8, apart=1)
    once = standard_error(placements(run, "HGG"))
    twice = pd.concat([run, run.assign(seed=1)])
    assert standard_error(placements(twice, "HGG")) == pytest.approx(once)
    others = run.assign(fold=1, subject=run["subject"].str.lower())
    apart = standard_error(placements(pd.concat([run, others]), "HGG"))
    assert once / np.sqrt(2) == pytest.approx(apart, rel=0.05)


def test_delong_has_no_interval_without_errors_or_with_one_patient_of_a_class():
    perfect = run_of(["HGG", "HGG", "LGG", "LGG"], "HGG", [0.9, 0.8, 0.2, 0.1])
    assert delong(perfect, "HGG")["value"] == 1
    assert np.isnan(delong(perfect, "HGG")["low"])
    alone = run_of(["HGG", "HGG", "LGG"], "HGG", [0.9, 0.1, 0.2])
    assert np.isnan(delong(alone, "HGG")["high"])


@pytest.mark.parametrize(("found", "size"), [(0, 10), (7, 10), (33, 34), (34, 34)])
def test_wilson_is_that_of_scipy(found, size):
    theirs = binomtest(found, size).proportion_ci(method="wilson")
    assert wilson(found / size, size) == pytest.approx(theirs)


def test_an_undefined_share_has_no_interval():
    assert all(np.isnan(wilson(np.nan, 0.0)))


def overlapping_folds(generator, *, patients, folds):
    """Draw patients, and three in ten of each class for each fold, by themselves."""
    run = binormal(generator, positives=patients, negatives=patients, apart=1.8)
    tables = []
    for fold in range(folds):
        classes = [rows for _, rows in run.groupby("truth")]
        tested = [
            rows.sample(frac=0.3, random_state=generator).assign(fold=fold)
            for rows in classes
        ]
        tables += tested
    return pd.concat(tables)


def test_folds_that_share_patients_have_the_spread_that_is_seen():
    """Six hold-outs of the same patients say less than six sets of other patients."""
    generator = np.random.default_rng(1)
    seen, by_delong, by_draws, apart = [], [], [], []
    for number in range(100):
        tests = overlapping_folds(generator, patients=40, folds=6)
        draws = resampled(tests, HGG_POSITIVE, resamples=200, seed=number)["AUC"]
        seen += [draws["all"].iloc[0]]
        by_draws += [draws["drawn"].var()]
        by_delong += [standard_error(placements(tests, "HGG")) ** 2]
        other = tests["subject"] + "_" + tests["fold"].astype(str)
        alone = placements(tests.assign(subject=other), "HGG")
        apart += [standard_error(alone) ** 2]
    ratios = [np.mean(v) / np.var(seen) for v in (by_draws, by_delong, apart)]
    assert ratios[:2] == pytest.approx([1, 1], abs=0.25)
    assert ratios[2] < 0.5  # fold by fold, as if each had patients of its own


def test_intervals_of_an_auc_cover_it():
    """Of 400 times 95 %, n as in zeng2024; more in benchmarks/coverage.md."""
    generator = np.random.default_rng(5)
    found = []
    for number in range(400):
        tests = binormal(
            generator, positives=121, negatives=34, apart=np.sqrt(2) * norm.ppf(0.9)
        )
        score = partial(area_score, positive="HGG")
        ends = interval(resampled(tests, score, resamples=400, seed=number))
        ours = delong(tests, "HGG")
        found += [
            [ours["low"] <= 0.9 <= ours["high"], *ends.loc["AUC"].between(0, 0.9)]
        ]
    by_delong, low, high = np.mean(found, axis=0)
    assert 0.93 <= by_delong <= 0.97
    assert 0.93 <= low - high <= 0.97  # its lower end is below, its upper one is not


def area_score(run, weights, positive):
    return {"AUC": area_under_curve(run, weights, positive)}
