"""Probabilities of items, and of subjects from those of their items."""

import copy
from collections.abc import Mapping

import numpy as np
import pandas as pd
import torch
from torch import nn

from regrade.logs import progress
from regrade.training import Items, mixed_precision, seed_everything
from regrade.views import View


def item_probabilities(
    network: nn.Module,
    items: Items,
    rows: torch.Tensor,
    *,
    view: View,
    mode: str,
    device: torch.device,
    precision: str,
    batch_size: int,
    seeds: tuple[int, ...],
) -> np.ndarray:
    """Give the softmax of each row's logits: (rows, classes).

    Parameters
    ----------
    mode : ``eval``, or ``train`` to predict as a network does that learns: with dropout
        and with the statistics of each batch (B-27)
    seeds : of what chance there is, in dropout and in the view
    """
    draws = seed_everything(*seeds)
    if mode == "train":  # a copy, whose running statistics may move
        network = copy.deepcopy(network)
    network.to(device).train(mode == "train")
    batches = []
    for chosen in progress(rows.split(batch_size), "batches"):
        images, *features = items.batch(chosen, device)
        with torch.inference_mode(), mixed_precision(device, precision):
            logits = network(view(images, items.labels[chosen], draws), *features)
        batches.append(torch.softmax(logits.float(), dim=1).cpu())
    return torch.cat(batches).numpy()


def scored_rows(table: pd.DataFrame, roles: list[str]) -> torch.Tensor:
    """Give the rows of the subjects that have one of the roles."""
    return torch.from_numpy(np.flatnonzero(table["role"].isin(roles)))


def item_table(
    table: pd.DataFrame,
    rows: torch.Tensor,
    probabilities: np.ndarray,
    classes: list[str],
    epoch: int,
) -> pd.DataFrame:
    """Put probabilities beside what the rows show.

    Returns
    -------
    columns epoch, subject, slice, area, truth, role, p_{class}
    """
    chosen = table.iloc[rows.numpy()].rename(columns={"class": "truth"})
    columns = [f"p_{name}" for name in classes]
    shown = pd.DataFrame(probabilities, columns=columns, index=chosen.index)
    shown = chosen.join(shown).reset_index(drop=True)
    shown.insert(0, "epoch", epoch)
    return shown


def by_subject(items: pd.DataFrame, classes: list[str]) -> pd.DataFrame:
    """Average a subject's items (A-40) and take the likeliest class (A-41).

    Parameters
    ----------
    items : columns epoch, subject, role, truth, p_{class}

    Returns
    -------
    columns epoch, subject, role, truth, predicted, p_{class}; a row a subject and epoch
    """
    columns = [f"p_{name}" for name in classes]
    keys = ["epoch", "subject", "role", "truth"]
    subjects = items.groupby(keys, sort=False)[columns].mean().reset_index()
    best = subjects[columns].to_numpy().argmax(axis=1)
    subjects.insert(len(keys), "predicted", np.array(classes)[best])
    return subjects


def macro_f1(subjects: pd.DataFrame, classes: list[str]) -> float:
    """Give the mean F1 score of the classes; that of a class nobody has or gets is 0.

    Parameters
    ----------
    subjects : columns truth, predicted
    """
    scores = []
    for name in classes:
        truth, found = subjects["truth"] == name, subjects["predicted"] == name
        named = truth.sum() + found.sum()
        scores.append(2 * (truth & found).sum() / named if named else 0.0)
    return float(np.mean(scores))


def kept_epoch(history: pd.DataFrame, evaluation: Mapping) -> int:
    """Give the epoch whose weights a training kept: the first of the best, or the last.

    Parameters
    ----------
    history : columns epoch and, for ``epochs: best``, validation_f1
    """
    if evaluation["epochs"] == "best":
        return int(history["epoch"].iloc[history["validation_f1"].argmax()])
    return int(history["epoch"].iloc[-1])
