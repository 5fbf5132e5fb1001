"""How well probabilities of an outcome, one class against the rest, agree with it."""

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from regrade.metrics import ratio

# The logit of 0 and of 1, which float32 gives for what is all but sure, is infinite.
LEAST = 1e-6
STEPS, SETTLED = 100, 1e-9


def calibration_scores(
    run: pd.DataFrame, weights: np.ndarray, *, outcomes: list[str], bins: int
) -> dict[str, np.ndarray]:
    """Give Brier score, calibration error, intercept and slope of each outcome.

    * Brier score (1950): mean squared difference of probability and outcome.
    * Expected calibration error (Naeini et al. 2015): mean difference of probability
      and share, over bins of equal width.
    * Intercept: of a logistic regression whose slope is held at 1; 0 where the mean
      probability is right, above where it is too low.
    * Slope: 1 where right, below where probabilities are too near 0 and 1 (Van Calster
      et al. 2019). Undefined where a threshold parts the classes without error.

    Parameters
    ----------
    outcomes : classes, each against the rest
    """
    scores = {}
    for name in outcomes:
        truth = run["truth"].eq(name).to_numpy(float)
        chance = run[f"p_{name}"].to_numpy()
        whole = weights.sum(axis=1)
        gaps = (chance - truth)[:, None] * one_hot(bin_of(chance, bins), bins)
        scores |= {
            f"Brier score ({name})": ratio(weights @ (chance - truth) ** 2, whole),
            f"Calibration error ({name})": ratio(
                abs(weights @ gaps).sum(axis=1), whole
            ),
            f"Calibration intercept ({name})": intercept(chance, truth, weights),
            f"Calibration slope ({name})": slope(chance, truth, weights),
        }
    return scores


def bin_of(chance: np.ndarray, bins: int) -> np.ndarray:
    """Tell each probability its bin, of equal width from 0 to 1; 1 is in the last."""
    return np.minimum((chance * bins).astype(int), bins - 1)


def one_hot(numbers: np.ndarray, size: int) -> np.ndarray:
    """Say of each row in which bin it is: (rows, bins) of 0 and 1."""
    return (numbers[:, None] == np.arange(size)).astype(float)


def log_odds(chance: np.ndarray) -> np.ndarray:
    """Give the logit of probabilities, 0 and 1 as the nearest that have one."""
    return logit(np.clip(chance, LEAST, 1 - LEAST))


def intercept(chance: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give the intercept with slope 1: (resamples,); NaN without one of the classes."""
    both = (weights @ truth > 0) & (weights @ (1 - truth) > 0)
    found = np.full(len(weights), np.nan)
    design = np.ones((len(truth), 1))
    found[both] = logistic(design, log_odds(chance), truth, weights[both])[:, 0]
    return found


def slope(chance: np.ndarray, truth: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Give the slope: (resamples,); NaN where the classes do not overlap."""
    odds = log_odds(chance)
    there = weights > 0
    lowest, highest = (
        [find(np.where(there & (truth == side), odds, fill), axis=1) for side in (1, 0)]
        for find, fill in ((np.min, np.inf), (np.max, -np.inf))
    )
    overlap = (lowest[0] < highest[1]) & (lowest[1] < highest[0])
    found = np.full(len(weights), np.nan)
    unit = odds.std() or 1.0  # in which Newton's steps are counted
    design = np.stack([np.ones_like(odds), (odds - odds.mean()) / unit], axis=1)
    found[overlap] = logistic(design, 0 * odds, truth, weights[overlap])[:, 1] / unit
    return found


def logistic(
    design: np.ndarray, offset: np.ndarray, truth: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """Fit a logistic regression to each resample by Newton's method.

    Parameters
    ----------
    design : (rows, coefficients)
    offset : added to the log odds, (rows,)
    truth : 0 or 1, (rows,)
    weights : (resamples, rows)

    Returns
    -------
    (resamples, coefficients); NaN where they did not settle
    """
    size = design.shape[1]
    found = np.zeros((len(weights), size))
    if len(weights) > 1:  # start where all of them together lead
        together = weights.sum(axis=0, keepdims=True)
        found += np.nan_to_num(logistic(design, offset, truth, together))
    squares = (design[:, :, None] * design[:, None, :]).reshape(len(design), -1)
    for _ in range(STEPS):
        chance = expit(found @ design.T + offset)
        slopes = (weights * (truth - chance)) @ design
        bends = (weights * chance * (1 - chance)) @ squares
        bends = bends.reshape(-1, size, size)
        step = (np.linalg.pinv(bends, hermitian=True) @ slopes[..., None])[..., 0]
        found += np.clip(step, -1, 1)  # a longer one may overshoot
        if not step.size or abs(step).max() < SETTLED:
            return found
    return np.where(abs(step).max(axis=1, keepdims=True) < SETTLED, found, np.nan)
