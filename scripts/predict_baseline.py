"""Predict classes from shape alone: a classifier of scikit-learn for each run.

It learns from the training subjects of a fold and predicts the others, as the networks
do, so that its predictions are scored alike.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from regrade.logs import log_to, progress
from regrade.tables import read_table, write_table

CLASSIFIERS = {"logistic": LogisticRegression, "forest": RandomForestClassifier}
EPOCH = 1  # the schema asks for one; a classifier has no epochs


def classifier(model: str, options: Mapping, seed: int) -> Pipeline:
    """Give a classifier of features standardised by the training subjects.

    Parameters
    ----------
    model : ``logistic``, a logistic regression, or ``forest``, a random forest
    options : arguments of scikit-learn's class
    """
    return make_pipeline(
        StandardScaler(), CLASSIFIERS[model](random_state=seed, **options)
    )


def features_of(
    splits: pd.DataFrame, radiomics: pd.DataFrame, features: Sequence[str]
) -> pd.DataFrame:
    """Put the features beside each subject of each fold.

    Raises
    ------
    ValueError
        If a subject has none.
    """
    absent = sorted(set(splits["subject"]) - set(radiomics["subject"]))
    if absent:
        raise ValueError(
            f"radiomics.csv has no row for {len(absent)} subjects of splits.csv, among "
            f"them {absent[:5]}; delete both, so that they are made again."
        )
    return splits.merge(radiomics[["subject", *features]], on="subject")


def predict_run(
    fold: pd.DataFrame,
    *,
    features: list[str],
    model: str,
    options: Mapping,
    classes: Sequence[str],
    seed: int,
) -> pd.DataFrame:
    """Predict the validation and test subjects of a fold.

    Parameters
    ----------
    fold : columns subject, class, role and the features; a row a subject

    Returns
    -------
    columns subject, role, truth, predicted, p_{class}
    """
    learnt, others = fold[fold["role"] == "train"], fold[fold["role"] != "train"]
    absent = sorted(set(classes) - set(learnt["class"]))
    if absent:
        raise ValueError(
            f"No training subject of fold {fold['fold'].iloc[0]} is of class {absent}, "
            "so that no classifier can learn it; see the study's `split: stratify`."
        )
    fitted = classifier(model, options, seed).fit(learnt[features], learnt["class"])
    chances = fitted.predict_proba(others[features])
    chances = pd.DataFrame(chances, others.index, fitted.classes_)[list(classes)]
    told = others[["subject", "role"]].assign(truth=others["class"])
    told["predicted"] = np.array(classes)[chances.to_numpy().argmax(axis=1)]
    return told.join(chances.add_prefix("p_"))


def predict_baseline(
    splits: pd.DataFrame,
    radiomics: pd.DataFrame,
    *,
    baseline: str,
    runs: Sequence[tuple[int, int]],
    settings: Mapping,
    classes: Sequence[str],
) -> pd.DataFrame:
    """Predict all runs (schema ``predictions``).

    Parameters
    ----------
    splits, radiomics : tables with these schemas
    runs : fold and seed of each
    settings : model, options, features
    """
    table = features_of(splits, radiomics, settings["features"])
    parts = []
    for fold, seed in progress(runs, "runs"):
        rows = table[table["fold"] == fold]
        run = predict_run(rows, **settings, classes=classes, seed=seed)
        parts.append(run.assign(fold=fold, seed=seed, epoch=EPOCH))
    return pd.concat(parts, ignore_index=True).assign(experiment=baseline)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    table = predict_baseline(
        read_table(snakemake.input.splits, "splits"),
        read_table(snakemake.input.radiomics, "radiomics"),
        **snakemake.params,
    )
    write_table(table, snakemake.output.subjects, "predictions")
