"""How often intervals of 95 % cover the truth, by simulation.

Run from the repository: python benchmarks/coverage.py TIMES
Patients as many as zeng2024 scores, 121 HGG and 34 LGG, get chances from two normal
distributions, so far apart that the AUC is as wanted. Hold-outs are a fifth of these
patients by class, scored by one network. Prints a row a case and interval: how often it
covers, lies wholly below and wholly above the truth, and its mean width.
"""

import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import binom, norm

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))

from regrade.intervals import (  # noqa: E402 - the path comes first
    ENDS,
    delong,
    interval,
    placements,
    resampled,
    standard_error,
    wilson,
)
from regrade.metrics import area_of_runs, area_under_curve  # noqa: E402
from regrade.pairs import delong_difference  # noqa: E402

COUNTS = {"HGG": 121, "LGG": 34}
RESAMPLES = 1000
TRUTH = np.repeat(list(COUNTS), list(COUNTS.values()))


def patients(generator: np.random.Generator, area: float, shared: float) -> list:
    """Draw patients scored by two networks of that AUC; ``shared``: correlation."""
    apart = np.sqrt(2) * norm.ppf(area) * (TRUTH == "HGG")
    common, *own = generator.normal(size=(3, len(TRUTH)))
    names = [f"S{number}" for number in range(len(TRUTH))]
    words = {"experiment": "e", "fold": 0, "seed": 1, "epoch": 1, "predicted": "HGG"}
    run = pd.DataFrame({"subject": names, "truth": TRUTH}).assign(**words)
    chances = [np.sqrt(shared) * common + np.sqrt(1 - shared) * o for o in own]
    return [run.assign(p_HGG=apart + chance) for chance in chances]


def folds(run: pd.DataFrame, generator: np.random.Generator, size: int) -> pd.DataFrame:
    """Draw a share of a fifth of each class, ``size`` times."""
    parts = [
        rows.sample(frac=0.2, random_state=generator).assign(fold=fold)
        for fold in range(size)
        for _, rows in run.groupby("truth")
    ]
    return pd.concat(parts)


def intervals_of(tests: pd.DataFrame, seed: int) -> dict[str, tuple[float, float]]:
    """Give the ends of each interval of the AUC: ours, and those that they replace."""

    def score(run: pd.DataFrame, weights: np.ndarray) -> dict[str, np.ndarray]:
        return {"AUC": area_under_curve(run, weights, "HGG")}

    samples = resampled(tests, score, resamples=RESAMPLES, seed=seed)
    error = standard_error(placements(tests, "HGG"))
    ours = delong(tests, "HGG")
    return {
        "DeLong, logit": (ours["low"], ours["high"]),
        "bootstrap, BCa": tuple(interval(samples).loc["AUC"]),
        "DeLong, symmetric": tuple(area_of_runs(tests, "HGG") + norm.ppf(ENDS) * error),
        "bootstrap, percentiles": tuple(samples.loc["drawn", "AUC"].quantile(ENDS)),
    }


def simulate(case: str, times: int, truth: float, draw) -> pd.DataFrame:
    """Draw patients many times; see which intervals cover the truth.

    Parameters
    ----------
    draw : gives intervals by name, of a random generator and a number
    """
    generator = np.random.default_rng(1)
    rows = [
        {"interval": name, "low": low, "high": high}
        for number in range(times)
        for name, (low, high) in draw(generator, number).items()
    ]
    table = pd.DataFrame(rows).dropna()
    below, above = table["high"] < truth, table["low"] > truth
    seen = {"covers": ~(below | above), "below": below, "above": above}
    table = table.assign(**seen, width=table["high"] - table["low"])
    means = table.groupby("interval", sort=False)[[*seen, "width"]].mean()
    return means.reset_index().assign(case=case)


def one_network(generator, number: int, *, area: float, hold_outs: int) -> dict:
    """Give the intervals of one network, on all patients or on folds of them."""
    run, _ = patients(generator, area, 0.0)
    tests = folds(run, generator, hold_outs) if hold_outs else run
    return intervals_of(tests, number)


def two_networks(generator, _: int, *, area: float) -> dict:
    """Give DeLong's interval of the difference of two equally good networks."""
    found = delong_difference(*patients(generator, area, 0.7), "HGG")
    return {"DeLong, difference": (found["low"], found["high"])}


def wilson_coverage(share: float, size: int) -> float:
    """Give how often Wilson's interval covers a share, over all counts there can be."""
    counts = np.arange(size + 1)
    ends = [wilson(count / size, size) for count in counts]
    covers = np.array([low <= share <= high for low, high in ends])
    return float(binom.pmf(counts, size, share)[covers].sum())


def main(times: int) -> None:
    """Print all cases."""
    for area in (0.8, 0.9, 0.95):
        draw = partial(one_network, area=area, hold_outs=0)
        print(simulate(f"AUC {area}", times, area, draw).round(3), flush=True)
    draw = partial(one_network, area=0.9, hold_outs=5)
    print(simulate("AUC 0.9, 5 hold-outs", times, 0.9, draw).round(3), flush=True)
    draw = partial(two_networks, area=0.9)
    print(simulate("two of AUC 0.9", times, 0.0, draw).round(3), flush=True)
    shares = np.linspace(0.8, 0.99, 20)
    covers = [wilson_coverage(share, COUNTS["LGG"]) for share in shares]
    print(f"Wilson, 34 LGG: mean {np.mean(covers):.3f}, least {min(covers):.3f}")


if __name__ == "__main__":
    pd.set_option("display.width", 120)
    main(int(sys.argv[1]))
