"""Two experiments on the same test subjects: how their scores differ."""

import numpy as np
import pandas as pd
from scipy.stats import binomtest, norm, permutation_test
from scipy.stats import t as student

from regrade.intervals import (
    ENDS,
    interval,
    less,
    placements,
    resampled,
    standard_error,
)
from regrade.metrics import RUN, Score, area_of_runs, ratio

KEYS = [*RUN, "subject", "truth"]
DIGITS = 9  # scores that are equal differ in the last ones
BATCH = 100  # permutations in memory


def check_pair(first: pd.DataFrame, second: pd.DataFrame) -> None:
    """Refuse two experiments that were not scored on the same subjects and runs.

    The epochs may be others: each experiment may choose its own.
    """
    rows = [tests[KEYS].value_counts().to_dict() for tests in (first, second)]
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
    samples = [
        resampled(tests, score, resamples=resamples, seed=seed)[[name]]
        for tests in (first, second)
    ]
    both = less(*samples)
    return {"value": both.loc["all", name].iloc[0], **interval(both).iloc[0]}


def permutation_p(
    first: pd.DataFrame,
    second: pd.DataFrame,
    score: Score,
    name: str,
    *,
    resamples: int,
    seed: int,
) -> float:
    """Give p, two-sided, that two experiments have the same score; NaN if it has none.

    Their predictions are exchanged within patients, of a patient in all its runs at
    once, and their chances as ranks, so that an AUC compares what is on one scale
    (Bandos et al. 2005).
    """
    check_pair(first, second)
    both = pd.concat([ranked(first).assign(own=True), ranked(second).assign(own=False)])
    both["place"] = pd.Categorical(both["subject"]).codes
    runs = [run for _, run in both.groupby(RUN)]
    size = both["place"].nunique()
    numbers = np.arange(size)

    def gain(taken: np.ndarray, _: np.ndarray, axis: int) -> np.ndarray:
        kept = np.atleast_2d(taken < size)
        gains = [gain_of_run(run, kept[:, run["place"]], score, name) for run in runs]
        return np.round(np.mean(gains, axis=0), DIGITS).reshape(taken.shape[:-1])

    if np.isnan(gain(numbers, numbers, axis=-1)):
        return np.nan
    return permutation_test(
        (numbers, numbers + size),
        gain,
        permutation_type="samples",
        vectorized=True,
        n_resamples=resamples,
        batch=BATCH,
        rng=seed,
    ).pvalue


def ranked(tests: pd.DataFrame) -> pd.DataFrame:
    """Put the ranks within a run in the place of its probabilities."""
    chances = [column for column in tests if column.startswith("p_")]
    return tests.assign(**tests.groupby(RUN)[chances].rank())


def gain_of_run(
    run: pd.DataFrame, kept: np.ndarray, score: Score, name: str
) -> np.ndarray:
    """Give the difference of the scores of a run, some patients' rows exchanged.

    Parameters
    ----------
    run : rows of both experiments; ``own`` says whose
    kept : which rows are not exchanged, (permutations, rows)
    """
    first = (kept == run["own"].to_numpy()).astype(float)
    return score(run, first)[name] - score(run, 1 - first)[name]


def delong_difference(
    first: pd.DataFrame, second: pd.DataFrame, positive: str
) -> dict[str, float]:
    """Give value, low, high and p of AUC less AUC (DeLong et al. 1988).

    As means over the runs; p is two-sided, and NaN where the difference has no spread.
    """
    check_pair(first, second)
    one, other = (placements(tests, positive) for tests in (first, second))
    error = standard_error(one.assign(share=one["share"] - other["share"]))
    value = area_of_runs(first, positive) - area_of_runs(second, positive)
    low, high = value + norm.ppf(ENDS) * error
    p = 2 * norm.sf(abs(ratio(value, error))) if error > 0 else np.nan
    return {"value": value, "low": low, "high": high, "p": p}


def mcnemar(first: pd.DataFrame, second: pd.DataFrame) -> tuple[int, int, float]:
    """Count the patients that one experiment alone gets right, and give McNemar's p.

    The exact one, two-sided (McNemar 1947). A patient of several runs counts for the
    experiment that gets it right in more of them.
    """
    check_pair(first, second)
    right = [
        tests["predicted"].eq(tests["truth"]).groupby(tests["subject"]).sum()
        for tests in (first, second)
    ]
    only_first, only_second = (int((a > b).sum()) for a, b in (right, reversed(right)))
    either = only_first + only_second
    return (
        only_first,
        only_second,
        binomtest(only_first, either).pvalue if either else 1,
    )


def corrected_t(differences: np.ndarray, tested: float) -> float:
    """Give p of the corrected resampled t-test (Nadeau and Bengio 2003), two-sided.

    The folds share training subjects; the correction widens the variance for it. NaN
    for a single fold, and where all folds differ alike.

    Parameters
    ----------
    differences : of two scores, one a fold
    tested : subjects tested in a fold, over those learnt from
    """
    size = len(differences)
    if size < 2 or np.ptp(differences) == 0:
        return np.nan
    error = np.sqrt((1 / size + tested) * np.var(differences, ddof=1))
    return 2 * student.sf(abs(np.mean(differences) / error), size - 1)


def holm(p: pd.Series) -> pd.Series:
    """Correct the p values of a family (Holm 1979); one that is NaN counts as 1."""
    order = p.fillna(1).sort_values(kind="stable")
    steps = order * np.arange(len(p), 0, -1)
    return steps.cummax().clip(upper=1).reindex(p.index).where(p.notna())
