"""Ask a cheap classifier what a network ought not to know, and test its answer.

The classifier is scikit-learn's kernel ridge regression. It is linear in the labels, so
that the true ones and hundreds of permuted ones are learnt at once. It learns from the
training subjects of each fold and answers for the test subjects, as the networks do.
"""

from collections.abc import Iterable
from math import comb, prod

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import rankdata
from sklearn.kernel_ridge import KernelRidge
from sklearn.preprocessing import StandardScaler

from regrade.intervals import interval, resampled
from regrade.logs import progress
from regrade.metrics import area_under_curve, ratio
from regrade.questions import Question

CHANCE = 0.5  # area under the ROC curve of who knows nothing
UNTESTED = "No fold tests both of the pair."
ALIKE = "It is the same of all."
DIGITS = 9  # areas that are equal differ in the last ones


def people(splits: pd.DataFrame) -> pd.DataFrame:
    """Give the subjects of the table `splits`, one row each."""
    return splits.drop_duplicates("subject").drop(columns=["fold", "role"])


def items_asked(
    items: pd.DataFrame, splits: pd.DataFrame, question: Question
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Find the items that a question asks about.

    Parameters
    ----------
    items : column subject, a row an item

    Returns
    -------
    subject, patient, truth of these items, with the rows of ``items`` as the index; and
    their roles, one column a fold
    """
    asked = question.asked(people(splits))[["subject", "patient", "truth"]]
    here = items[["subject"]].reset_index(names="row").merge(asked, on="subject")
    here = here.set_index("row")
    roles = splits.pivot(index="subject", columns="fold", values="role")
    return here, roles.loc[here["subject"]].set_axis(here.index)


def label_draws(asked: pd.DataFrame, permutations: int, seed: int) -> np.ndarray:
    """Give the labels of items, first the true ones, then permuted over the patients.

    ASSUME: permuted over all roles at once. Folds are drawn with the true labels, so
    that permuted ones spread somewhat more, which makes accusations rarer.

    Returns
    -------
    (items, 1 + permutations) of bool
    """
    codes, _ = pd.factorize(asked["patient"])
    truth = asked.groupby(codes)["truth"].first().to_numpy(bool)
    draws = np.tile(truth, (permutations, 1))
    draws = np.random.default_rng(seed).permuted(draws, axis=1)
    return np.vstack([truth, draws]).T[codes]


def varying(features: np.ndarray, learnt: np.ndarray) -> np.ndarray:
    """Standardise the features that vary among the items learnt from; drop others."""
    kept = features[:, np.ptp(features[learnt], axis=0) > 0]
    if not kept.shape[1]:
        return np.zeros((len(features), 1))
    return StandardScaler().fit(kept[learnt]).transform(kept)


def scores_of_fold(
    features: np.ndarray,
    labels: np.ndarray,
    roles: np.ndarray,
    subjects: np.ndarray,
    *,
    alpha: float,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Learn each column of labels from the training items and score the test subjects.

    Parameters
    ----------
    features : (items, features)
    labels : (items, draws) of bool
    alpha : the penalty of the kernel ridge regression

    Returns
    -------
    scores and labels of the test subjects, a mean over their items: a row a subject, a
    column a draw
    """
    learnt, tested = roles == "train", roles == "test"
    scores = np.zeros((tested.sum(), labels.shape[1]))
    if learnt.any() and tested.any():
        known = varying(features, learnt)
        wanted = labels[learnt] - labels[learnt].mean(axis=0)
        ridge = KernelRidge(kernel="rbf", gamma=1 / known.shape[1], alpha=alpha)
        scores = ridge.fit(known[learnt], wanted).predict(known[tested])
    whose = subjects[tested]
    truths = pd.DataFrame(labels[tested]).groupby(whose).first()
    return pd.DataFrame(scores).groupby(whose).mean(), truths


def areas_of(scores: pd.DataFrame, truths: pd.DataFrame) -> np.ndarray:
    """Give the area under the ROC curve of each draw; NaN where a label is missing."""
    ranks = rankdata(scores.to_numpy().round(DIGITS), axis=0)
    truth = truths.to_numpy()
    positives = truth.sum(axis=0)
    lowest = positives * (positives + 1) / 2
    pairs = positives * (len(truth) - positives)
    return ratio((ranks * truth).sum(axis=0) - lowest, pairs)


def answer(
    features: np.ndarray,
    asked: pd.DataFrame,
    roles: pd.DataFrame,
    *,
    permutations: int,
    seed: int,
    alpha: float,
) -> tuple[pd.DataFrame, np.ndarray]:
    """Answer a question in every fold in which both labels are tested.

    Parameters
    ----------
    features : (items, features) of the items asked
    asked, roles : as ``items_asked`` gives them

    Returns
    -------
    predictions of the true labels (schema ``predictions``, without experiment), and the
    areas under the ROC curve, mean over these folds: the true one, then permuted ones
    """
    labels = label_draws(asked, permutations, seed)
    subjects = asked["subject"].to_numpy(object)
    tables, areas = [], []
    for fold in roles:
        its = roles[fold].to_numpy(object)
        scores, truths = scores_of_fold(features, labels, its, subjects, alpha=alpha)
        if truths[0].nunique() < 2:
            continue
        areas.append(areas_of(scores, truths))
        tables.append(predictions_of_fold(scores[0], truths[0], fold, seed))
    if not areas:
        return pd.DataFrame(), np.full(1 + permutations, np.nan)
    told = np.isfinite(areas)
    mean = np.where(told, areas, 0).sum(axis=0) / np.maximum(told.sum(axis=0), 1)
    return pd.concat(tables), np.where(told.any(axis=0), mean, np.nan)


def predictions_of_fold(
    scores: pd.Series, truths: pd.Series, fold: int, seed: int
) -> pd.DataFrame:
    """Write the scores of a fold's test subjects as predictions of yes or no."""
    chances = expit(scores.round(DIGITS)).rename("p_yes")
    words = {True: "yes", False: "no"}
    table = chances.rename_axis("subject").reset_index()
    truth, predicted = truths.map(words), (scores > 0).map(words)
    told = {"truth": truth.to_numpy(), "predicted": predicted.to_numpy()}
    return table.assign(
        **told, p_no=1 - table["p_yes"], role="test", fold=fold, seed=seed, epoch=1
    )


def auc(run: pd.DataFrame, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Score predictions of yes or no."""
    return {"AUC": area_under_curve(run, weights, "yes")}


def p_of(areas: np.ndarray) -> float:
    """Give p, one-sided, that the first area is one of the permuted others."""
    areas = areas[np.isfinite(areas)].round(DIGITS)
    return float(np.mean(areas >= areas[0]))


def smallest_p(predictions: pd.DataFrame, permutations: int) -> float:
    """Give a p below which no answer can come for so few subjects.

    A perfect answer is one of the arrangements of the labels, of all subjects and of
    those of each fold.
    """
    whole = predictions.drop_duplicates("subject")
    of_folds = prod(
        map(arrangements, (fold for _, fold in predictions.groupby("fold")))
    )
    return max(1 / (1 + permutations), 1 / arrangements(whole), 1 / of_folds)


def arrangements(predictions: pd.DataFrame) -> int:
    """Count in how many ways the labels of these rows could lie."""
    return comb(len(predictions), int((predictions["truth"] == "yes").sum()))


def describe(question: Question, predictions: pd.DataFrame) -> dict:
    """Give what the table `findings` says of a question itself."""
    tested = 0 if predictions.empty else predictions["subject"].nunique()
    return {
        "question": question.words,
        "target": question.target,
        "first": question.pair[0],
        "second": question.pair[1],
        "within": question.within,
        "confounded": question.confounded,
        "subjects": tested,
    }


def finding(
    features: np.ndarray,
    items: pd.DataFrame,
    splits: pd.DataFrame,
    question: Question,
    *,
    resamples: int,
    **settings,
) -> dict:
    """Answer a question and test the answer: a row of the table `findings`."""
    asked, roles = items_asked(items, splits, question)
    seen = features[asked.index]
    predictions, areas = answer(seen, asked, roles, **settings)
    row = describe(question, predictions) | {"expected": CHANCE}
    if predictions.empty:
        return row | {"note": UNTESTED}
    if not np.ptp(seen, axis=0).any():
        return row | {"value": CHANCE, "proven": False, "note": ALIKE}
    draws = resampled(predictions, auc, resamples=resamples, seed=settings["seed"])
    row |= {"value": areas[0], **interval(draws).loc["AUC"]}
    least = smallest_p(predictions, settings["permutations"])
    return row | {"p": p_of(areas), "least_p": least}


def findings(
    probe: str,
    features: np.ndarray,
    items: pd.DataFrame,
    splits: pd.DataFrame,
    questions: Iterable[Question],
    **settings,
) -> pd.DataFrame:
    """Answer all questions of a probe (schema ``findings``).

    Parameters
    ----------
    features : (items, features)
    items : column subject, a row an item
    splits : table with this schema
    settings : permutations and seed of them, alpha of the classifier, resamples of the
        95 % intervals
    """
    rows = [
        finding(features, items, splits, question, **settings)
        for question in progress(list(questions), "questions")
    ]
    return as_findings(probe, rows)


def as_findings(probe: str, rows: list[dict]) -> pd.DataFrame:
    """Bring rows to the columns of the table `findings`; what is not there is empty."""
    numbers = ["expected", "value", "low", "high", "p", "least_p"]
    words = ["question", "target", "first", "second", "within", "note"]
    truths = ["confounded", "own", "proven"]
    table = pd.DataFrame(rows).reindex(columns=[*words, *truths, *numbers, "subjects"])
    types = dict.fromkeys(words, "string") | dict.fromkeys(numbers, float)
    types |= dict.fromkeys(truths, "boolean") | {"subjects": "Int64"}
    return table.astype(types).assign(probe=probe, own=table["own"].eq(True))
