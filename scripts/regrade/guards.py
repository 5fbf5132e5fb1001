"""Self tests that stop a run which would not do what its settings say."""

from collections.abc import Callable, Mapping

import pandas as pd
import torch
from torch import Tensor

from regrade.views import ORDERS, View, plain_view

# Ends of the axis that crosses the slices of that name.
ENDS = {"axial": "SI", "coronal": "PA", "sagittal": "LR"}


def check_axis(axes: str | None, settings: Mapping) -> None:
    """Refuse a pseudo-time that is not the axis the settings name (B-15).

    Parameters
    ----------
    axes : to where the packed array's slices, rows and columns run, as ``pack_inputs``
        read it from the images' affines; None for slices
    """
    axis = settings.get("axis")
    if axis is None and axes is None:
        return
    if axis is None or axes is None:
        raise ValueError(
            f"The settings have `axis: {axis}`, but the axes of the input run to "
            f"{axes}: volumes need the key `axis`, and slices must not have it."
        )
    first = axes[ORDERS[axis][0]]
    if first not in ENDS[axis]:
        raise ValueError(
            f"The settings have `axis: {axis}`, but the network would get {first} for "
            f"its pseudo-time: the axes of the packed volumes run to {axes}, not to "
            "SPL. Prepare the input again."
        )


def check_weights_act(loss: Callable, weights: Tensor, batch_size: int) -> None:
    """Refuse class weights that leave the gradient of the loss as it is (3B-8)."""
    if torch.allclose(weights, torch.ones_like(weights)):
        return
    number = len(weights)
    for first in range(number):
        labels = (torch.arange(batch_size) + first) % number
        with_weights = _gradient(loss, labels, weights)
        without = _gradient(loss, labels, torch.ones_like(weights))
        if not torch.allclose(with_weights, without):
            return
    raise ValueError(
        f"The class weights {[round(w, 4) for w in weights.tolist()]} leave the "
        f"gradient as it is at a batch size of {batch_size}, so that they cannot act; "
        "set `loss: weighted`, or `class_weights: none`."
    )


def _gradient(loss: Callable, labels: Tensor, weights: Tensor) -> Tensor:
    logits = torch.linspace(-1, 1, len(labels) * len(weights))
    logits = logits.view(len(labels), -1).requires_grad_()
    loss(logits, labels, weights).backward()
    return logits.grad


def check_plain(view: View, images: Tensor, labels: Tensor, settings: Mapping) -> None:
    """Refuse to augment subjects that are scored, but where the settings say so."""
    if settings["evaluation"]["augmented"]:
        return
    shown = view(images.clone(), labels, torch.Generator().manual_seed(0))
    if not torch.equal(shown, plain_view(images, settings)):
        raise ValueError(
            "The scored subjects would be augmented, though the settings have "
            "`evaluation: augmented: false`."
        )


def check_roles(table: pd.DataFrame, rows: Tensor) -> None:
    """Refuse to learn from anybody but the fold's training subjects."""
    learnt = table.iloc[rows.numpy()]
    others = learnt.loc[(learnt["role"] != "train").fillna(True), "subject"]
    if len(others):
        raise ValueError(
            f"The training would learn from {others.unique()[:5].tolist()}, who are "
            "not training subjects of this fold; see splits.csv."
        )
