"""Intervals of scores: of any by bootstrap, of AUC by DeLong, of shares by Wilson.

All are intervals of 95 %, and speak of other patients, scored by the networks at hand:
what other training sets and seeds would give is the spread over the runs.
"""

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm, rankdata

from regrade.metrics import RUN, Score, area_of_runs, ratio

ENDS = np.array([0.025, 0.975])
DIGITS = 12  # equal scores of different sums differ in the last ones
AT_ONCE = 4_000_000  # weights of rows in memory


def resampled(
    predictions: pd.DataFrame, score: Score, *, resamples: int, seed: int
) -> pd.DataFrame:
    """Score other samples of the test patients, each the mean over the runs.

    Patients are drawn with replacement within each class (Efron and Tibshirani 1993,
    chapter 13). With a patient come its predictions of all folds that test it, of all
    seeds and of all epochs, for they are not those of other patients.

    Returns
    -------
    a row a sample, a column a score; the index says which sample: ``all`` patients
    once, one ``left out`` (its name), or ``drawn`` (its number)
    """
    check_epochs(predictions)
    subjects = pd.Categorical(predictions["subject"])
    truth = predictions["truth"].groupby(subjects, observed=True).first()
    generator = np.random.default_rng(seed)
    samples = {
        "all": pd.DataFrame(np.ones((1, len(truth)))),
        "left out": pd.DataFrame(1 - np.eye(len(truth)), truth.index.astype(str)),
        "drawn": pd.DataFrame(draw_within_classes(truth, resamples, generator)),
    }
    samples = pd.concat(samples)
    places = predictions.assign(place=subjects.codes)
    scores = [
        _score_in_parts(run, samples.to_numpy(), score)
        for _, run in places.groupby(RUN)
    ]
    return (sum(scores) / len(scores)).set_axis(samples.index)


def _score_in_parts(
    run: pd.DataFrame, samples: np.ndarray, score: Score
) -> pd.DataFrame:
    parts = np.array_split(samples, 1 + len(samples) * len(run) // AT_ONCE)
    scores = [pd.DataFrame(score(run, part[:, run["place"]])) for part in parts]
    return pd.concat(scores, ignore_index=True)


def draw_within_classes(
    truth: pd.Series, resamples: int, generator: np.random.Generator
) -> np.ndarray:
    """Draw patients with replacement, as many of each class as there are.

    Returns
    -------
    how often each was drawn, (resamples, patients)
    """
    drawn = np.empty((resamples, len(truth)))
    for name in sorted(truth.unique()):
        rows = np.flatnonzero(truth == name)
        shares = np.full(len(rows), 1 / len(rows))
        drawn[:, rows] = generator.multinomial(len(rows), shares, size=resamples)
    return drawn


def check_epochs(predictions: pd.DataFrame) -> None:
    """Refuse a run that pools more epochs of one subject than of another."""
    for _, run in predictions.groupby(RUN):
        epochs = run.groupby("subject").size()
        if epochs.nunique() > 1:
            raise ValueError(
                f"The predictions of {run['experiment'].iloc[0]!r} hold {epochs.min()} "
                f"epochs of {epochs.idxmin()} and {epochs.max()} of {epochs.idxmax()}; "
                "delete these predictions, so that they are made again."
            )


def interval(samples: pd.DataFrame) -> pd.DataFrame:
    """Give the bias-corrected and accelerated interval (BCa, Efron 1987) of each score.

    Where patients are few and an AUC is near one, plain percentiles cover too seldom
    (benchmarks/coverage.md). Samples that leave a score undefined do not count for it.

    Parameters
    ----------
    samples : as ``resampled`` gives them, or a difference of two such

    Returns
    -------
    columns low and high; a row a score
    """
    samples = samples.round(DIGITS)
    value = samples.loc["all"].iloc[0]
    moved = (value - samples.loc["left out"]).fillna(0)
    acceleration = ratio((moved**3).sum(), 6 * (moved**2).sum() ** 1.5).fillna(0)
    ends = {
        name: corrected_ends(drawn.dropna(), value[name], acceleration[name])
        for name, drawn in samples.loc["drawn"].items()
    }
    return pd.DataFrame.from_dict(ends, orient="index", columns=["low", "high"])


def corrected_ends(
    drawn: pd.Series, value: float, acceleration: float
) -> tuple[float, float]:
    """Give the ends of the BCa interval; NaN where the score itself is undefined."""
    if np.isnan(value) or drawn.empty:
        return np.nan, np.nan
    below = ((drawn < value).mean() + (drawn <= value).mean()) / 2
    least = 0.5 / len(drawn)
    bias = norm.ppf(np.clip(below, least, 1 - least))
    shifted = bias + norm.ppf(ENDS)
    levels = norm.cdf(bias + shifted / (1 - acceleration * shifted))
    low, high = drawn.quantile(levels)
    return low, high


def less(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Take samples from others; whom one of them lacks is left out of the other alone.

    Parameters
    ----------
    first, second : as ``resampled`` gives them
    """
    every = first.index.union(second.index, sort=False)
    one, other = (_reaching(part, every) for part in (first, second))
    return one - other


def _reaching(samples: pd.DataFrame, every: pd.Index) -> pd.DataFrame:
    absent = every.difference(samples.index)
    whole = samples.loc["all"].iloc[[0] * len(absent)].set_axis(absent)
    return pd.concat([samples, whole]).loc[every]


def placements(tests: pd.DataFrame, positive: str) -> pd.DataFrame:
    """Say what each patient adds to the AUC, mean over the runs.

    A patient's placement is the share of the other class on the right side of it
    (DeLong et al. 1988), found from ranks (Sun and Xu 2014). Patients of several runs
    count once, as clusters do (Obuchowski 1997).

    Parameters
    ----------
    tests : test subjects, as ``metrics.scored`` gives them

    Returns
    -------
    columns positive (true or false) and share: its placement less the AUC, over the
    number of its class; a row a patient
    """
    runs = [run for _, run in tests.groupby(RUN)]
    shares = pd.concat([_placements_of_run(run, positive) for run in runs])
    patients = shares.groupby("subject").agg({"positive": "first", "share": "sum"})
    return patients.assign(share=patients["share"] / len(runs))


def _placements_of_run(run: pd.DataFrame, positive: str) -> pd.DataFrame:
    chance = run[f"p_{positive}"].to_numpy()
    truth = run["truth"].eq(positive).to_numpy(bool)
    others = np.where(truth, np.sum(~truth), np.sum(truth))
    own = np.empty(len(run))
    for rows in (truth, ~truth):
        own[rows] = rankdata(chance[rows])
    passed = ratio(rankdata(chance) - own, others)
    right = np.where(truth, passed, 1 - passed)
    share = ratio(
        right - right[truth].mean(), np.where(truth, truth.sum(), np.sum(~truth))
    )
    return pd.DataFrame({"subject": run["subject"], "positive": truth, "share": share})


def standard_error(placed: pd.DataFrame) -> float:
    """Give the standard error of an AUC, or of a difference, from its placements.

    NaN where a class has less than two patients.
    """
    classes = [group["share"] for _, group in placed.groupby("positive")]
    return float(np.sqrt(sum(len(shares) * shares.var() for shares in classes)))


def delong(tests: pd.DataFrame, positive: str) -> dict[str, float]:
    """Give value, low and high of the AUC, mean over the runs (DeLong et al. 1988).

    The interval is symmetric in the logit of the AUC (Pepe 2003): one symmetric in the
    AUC covers too seldom (benchmarks/coverage.md).

    Parameters
    ----------
    tests : test subjects, as ``metrics.scored`` gives them
    """
    value = area_of_runs(tests, positive)
    error = standard_error(placements(tests, positive))
    if not 0 < value < 1:  # no logit, and an error of zero
        return {"value": value, "low": np.nan, "high": np.nan}
    low, high = expit(logit(value) + norm.ppf(ENDS) * error / (value * (1 - value)))
    return {"value": value, "low": low, "high": high}


def wilson(share: float, size: float) -> tuple[float, float]:
    """Give the ends of the score interval of a share (Wilson 1927).

    As scipy's, but of numbers that need not be whole, as means over runs are.

    Parameters
    ----------
    share : of 0 to 1, or NaN
    size : how many it is a share of
    """
    if np.isnan(share):
        return np.nan, np.nan
    z = norm.ppf(ENDS)
    spread = np.sqrt(share * (1 - share) / size + z**2 / (4 * size**2))
    low, high = (share + z**2 / (2 * size) + z * spread) / (1 + z**2 / size)
    return max(low, 0.0), min(high, 1.0)
