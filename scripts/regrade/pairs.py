"""Two experiments on the same test subjects: how their scores differ."""

import numpy as np
import pandas as pd
from scipy.stats import permutation_test, rankdata

from regrade.metrics import (
    RUN,
    Score,
    area_of_ranks,
    interval,
    resampled,
    run_scores,
)

KEYS = [*RUN, "subject", "epoch"]
DIGITS = 9  # sums of ranks that are equal differ in the last ones


def check_pair(first: pd.DataFrame, second: pd.DataFrame) -> None:
    """Refuse two experiments that were not scored on the same subjects and runs."""
    rows = [
        set(map(tuple, tests[[*KEYS, "truth"]].values)) for tests in (first, second)
    ]
    if rows[0] != rows[1]:
        names = " and ".join(tests["experiment"].iloc[0] for tests in (first, second))
        raise ValueError(
            f"The predictions of {names} are not of the same subjects in the same "
            "folds and seeds, so that they cannot be compared in pairs; delete them "
            "and run again."
        )


def difference(
    first: pd.DataFrame,
    second: pd.DataFrame,
    score: Score,
    name: str,
    *,
    resamples: int,
    seed: int,
) -> dict[str, float]:
    """Give value, low and high of the first experiment's score less the second's.

    The mean over the runs; the resamples of the 95 % interval are the same subjects for
    both.

    Parameters
    ----------
    first, second : test subjects, as ``metrics.scored`` gives them
    name : of the score
    """
    check_pair(first, second)
    means, draws = [], []
    for tests in (first, second):
        means += [run_scores(tests, score)[name].mean(skipna=False)]
        draws += [resampled(tests, score, resamples=resamples, seed=seed)[[name]]]
    ends = interval(draws[0] - draws[1]).iloc[0]
    return {"value": means[0] - means[1], **ends}


def permutation_p(
    first: pd.DataFrame,
    second: pd.DataFrame,
    positive: str,
    *,
    resamples: int,
    seed: int,
) -> float:
    """Give p, two-sided, that two experiments have the same AUC; NaN if it has none.

    Their ranks are exchanged within subjects (Bandos et al. 2005): of a subject of a
    fold in all seeds at once, since these are not other subjects.
    """
    check_pair(first, second)
    runs, size = ranked_runs(first, second, positive)
    numbers = np.arange(size)

    def gain(taken: np.ndarray, _: np.ndarray, axis: int) -> np.ndarray:
        swapped = taken >= size
        gains = [gain_of_run(run, swapped[..., run["place"]]) for run in runs]
        return np.round(np.mean(gains, axis=0), DIGITS)

    if np.isnan(gain(numbers, numbers, axis=-1)):
        return np.nan
    return permutation_test(
        (numbers, numbers + size),
        gain,
        permutation_type="samples",
        vectorized=True,
        n_resamples=resamples,
        rng=seed,
    ).pvalue


def ranked_runs(
    first: pd.DataFrame, second: pd.DataFrame, positive: str
) -> tuple[list[dict[str, np.ndarray]], int]:
    """Rank the subjects of each run by both experiments.

    Returns
    -------
    of each run ``place`` (number of the fold's subject), ``truth``, ``first`` and
    ``second`` (ranks); and how many places there are
    """
    both = first.merge(second[[*KEYS, f"p_{positive}"]], on=KEYS, suffixes=("", "_2"))
    both["place"] = both.groupby(["fold", "subject"]).ngroup()
    runs = [
        {
            "place": run["place"].to_numpy(),
            "truth": run["truth"].eq(positive).to_numpy(bool),
            "first": rankdata(run[f"p_{positive}"]),
            "second": rankdata(run[f"p_{positive}_2"]),
        }
        for _, run in both.groupby(RUN)
    ]
    return runs, both["place"].nunique()


def gain_of_run(run: dict[str, np.ndarray], swapped: np.ndarray) -> np.ndarray:
    """Give the difference of the AUCs of a run with the ranks of some rows exchanged.

    Parameters
    ----------
    swapped : (..., rows)
    """
    one = np.where(swapped, run["second"], run["first"])
    other = np.where(swapped, run["first"], run["second"])
    truth = np.broadcast_to(run["truth"], swapped.shape)
    return area_of_ranks(rankdata(one, axis=-1), truth) - area_of_ranks(
        rankdata(other, axis=-1), truth
    )
