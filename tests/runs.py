"""Test runs of one experiment, for scores and intervals."""

import pandas as pd


def run_of(truth, predicted, chances=0.5, fold=0, seed=0, epoch=1):
    """One test run; subjects are numbered."""
    return pd.DataFrame(
        {
            "experiment": "2d",
            "fold": fold,
            "seed": seed,
            "epoch": epoch,
            "subject": [f"S{number:03d}" for number in range(len(truth))],
            "role": "test",
            "truth": truth,
            "predicted": predicted,
            "p_HGG": chances,
        }
    )


def run_with(tp, fp, fn, tn):
    truth = ["HGG"] * tp + ["LGG"] * fp + ["HGG"] * fn + ["LGG"] * tn
    predicted = ["HGG"] * (tp + fp) + ["LGG"] * (fn + tn)
    return run_of(truth, predicted)
