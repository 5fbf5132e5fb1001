"""Tests of the package mlscorecheck (Fazekas and Kovács 2024): none of F1 or AUC."""

import contextlib
import io
import logging
import warnings
from collections.abc import Sequence

from mlscorecheck.check.multiclass import (
    check_1_dataset_known_folds_mos_macro,
    check_1_testset_no_kfold_macro,
    check_1_testset_no_kfold_micro,
)


def consistent_ways(
    scores: dict[str, float], half: float, counts: Sequence[int], folds: int
) -> list[str]:
    """Give the ways of averaging in which multiclass scores can belong together.

    Parameters
    ----------
    scores : acc, spec and the like; ``acc`` is that of one class against the rest
    half : half a unit of their last digit
    counts : patients of each class in a test set
    """
    testset = dict(enumerate(counts))
    dataset = {name: count * folds for name, count in testset.items()}
    folding = {"folds": [testset] * folds}
    common = {"scores": scores, "eps": half, "verbosity": 0}
    with quiet():
        results = {
            "macro": check_1_testset_no_kfold_macro(testset=testset, **common),
            "micro": check_1_testset_no_kfold_micro(
                testset=testset, scores=scores, eps=half
            ),
            "macro, mean of folds": check_1_dataset_known_folds_mos_macro(
                dataset=dataset, folding=folding, **common
            ),
        }
    return [way for way, result in results.items() if not result["inconsistency"]]


@contextlib.contextmanager
def quiet():
    """Silence what the package and its solver print and log."""
    level = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(level)
