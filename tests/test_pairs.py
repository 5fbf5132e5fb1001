"""Paired tests against numbers by hand, of scipy, and of papers."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, ttest_rel

from regrade.pairs import corrected_t, delong_difference, holm, mcnemar


def scored_by(name, chances, truth, predicted="HGG", **run):
    """One run of numbered subjects."""
    table = pd.DataFrame({"p_HGG": chances, "truth": truth, "predicted": predicted})
    table["subject"] = [f"S{number:03d}" for number in range(len(table))]
    return table.assign(
        **({"experiment": name, "fold": 0, "seed": 1, "epoch": 1} | run)
    )


def drawn_pair(seed=0, positives=20, negatives=12):
    """Two networks that agree in part."""
    generator = np.random.default_rng(seed)
    truth = ["HGG"] * positives + ["LGG"] * negatives
    shift = 1.2 * (np.array(truth) == "HGG")
    common, one, other = generator.normal(size=(3, len(truth)))
    return [
        scored_by(name, shift + common + own, truth)
        for name, own in [("first", one), ("second", other)]
    ]


def covariance_of_areas(first, second):
    """DeLong's covariance matrix by its definition, over all pairs."""
    sides = []
    for tests in (first, second):
        chances = [tests.loc[tests["truth"] == c, "p_HGG"] for c in ("HGG", "LGG")]
        pairs = chances[0].to_numpy()[:, None] > chances[1].to_numpy()
        sides.append((pairs.mean(axis=1), pairs.mean(axis=0)))
    classes = zip(*sides, strict=True)
    return sum(np.cov(parts) / len(parts[0]) for parts in classes), [
        part.mean() for part, _ in sides
    ]


def test_delongs_difference_has_the_covariance_of_the_areas():
    first, second = drawn_pair()
    covariance, areas = covariance_of_areas(first, second)
    error = np.sqrt(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    found = delong_difference(first, second, "HGG")
    gain = areas[0] - areas[1]
    assert found["value"] == pytest.approx(gain)
    assert found["p"] == pytest.approx(2 * norm.sf(abs(gain) / error))
    ends = gain - 1.959964 * error, gain + 1.959964 * error
    assert (found["low"], found["high"]) == pytest.approx(ends, abs=1e-6)


def test_delong_gains_nothing_from_more_seeds_and_something_from_more_patients():
    first, second = drawn_pair()
    once = delong_difference(first, second, "HGG")
    seeds = [pd.concat([t, t.assign(seed=2)]) for t in (first, second)]
    assert delong_difference(*seeds, "HGG") == pytest.approx(once)
    others = [
        pd.concat([t, t.assign(fold=1, subject=t["subject"].str.lower())])
        for t in (first, second)
    ]
    assert delong_difference(*others, "HGG")["p"] < once["p"]


def test_delong_rejects_one_time_in_twenty_where_nothing_differs():
    p = [
        delong_difference(*drawn_pair(seed, 60, 40), "HGG")["p"] for seed in range(300)
    ]
    assert 0.02 <= np.mean(np.array(p) < 0.05) <= 0.08


def test_equal_networks_have_no_p():
    first, _ = drawn_pair()
    found = delong_difference(first, first.assign(experiment="same"), "HGG")
    assert found["value"] == 0
    assert np.isnan(found["p"])


def test_mcnemar_counts_those_that_one_alone_gets_right():
    truth = ["HGG"] * 8 + ["LGG"] * 4
    first = scored_by("first", 0.5, truth, ["HGG"] * 8 + ["LGG", "LGG", "HGG", "HGG"])
    second = scored_by("second", 0.5, truth, ["LGG"] * 7 + ["HGG"] * 3 + ["LGG"] * 2)
    # The first alone finds 7 HGG and 2 LGG, the second alone 2 LGG: 9 against 2 of 11.
    p = 2 * (1 + 11 + 55) / 2**11
    assert mcnemar(first, second) == (9, 2, pytest.approx(p))
    assert mcnemar(first, first) == (0, 0, 1)


def test_mcnemar_has_one_vote_a_patient():
    truth = ["HGG", "HGG"]
    right, half, none = ["HGG", "HGG"], ["HGG", "LGG"], ["LGG", "LGG"]

    def seeds(name, *predicted):
        return pd.concat(
            scored_by(name, 0.5, truth, p, seed=seed)
            for seed, p in enumerate(predicted)
        )

    first, second = seeds("a", right, right, none), seeds("b", half, none, right)
    # The first patient: 2 of 3 runs each; the second: 2 of 3 against 1 of 3.
    assert mcnemar(first, second)[:2] == (1, 0)


def test_the_t_test_is_students_without_the_correction_and_weaker_with_it():
    one, other = np.array([[0.9, 0.8, 0.85, 0.95], [0.8, 0.78, 0.8, 0.9]])
    assert corrected_t(one - other, 0) == pytest.approx(ttest_rel(one, other).pvalue)
    # Differences .1 .02 .05 .05: mean .055, variance .0011; tested 1/4 of those learnt
    # from doubles the variance of the mean, .0011/4: t = .055 / sqrt(.00055) = 2.345.
    assert corrected_t(one - other, 0.25) == pytest.approx(0.10074, abs=1e-4)


def test_a_single_fold_has_no_t_test():
    assert np.isnan(corrected_t(np.array([0.1]), 0.4))
    assert np.isnan(corrected_t(np.array([0.1, 0.1]), 0.4))
    assert np.isnan(corrected_t(np.array([0.1, np.nan]), 0.4))


def test_holm_steps_down():
    p = pd.Series([0.04, 0.01, 0.03, np.nan, 0.005])
    # In order .005*5 .01*4 .03*3 .04*2, never less than the one before; NaN counts.
    expected = [0.09, 0.04, 0.09, np.nan, 0.025]
    assert holm(p).tolist() == pytest.approx(expected, nan_ok=True)
    assert holm(pd.Series([0.6, 0.7])).tolist() == [1, 1]
