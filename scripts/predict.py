"""Predict the subjects a training did not learn from: the waist of the workflow."""

import numpy as np
import pandas as pd
import torch
from torch import nn

from regrade.augmentation import cut
from regrade.items import load_fold, network_for
from regrade.logs import log_to, progress
from regrade.tables import write_table
from regrade.training import Items, choose_device, mixed_precision


def item_probabilities(
    network: nn.Module,
    items: Items,
    rows: torch.Tensor,
    *,
    device: torch.device,
    precision: str,
    batch_size: int,
    crop: int | None,
) -> np.ndarray:
    """Give the softmax of each row's logits: (rows, classes)."""
    network.to(device).eval()
    batches = []
    for chosen in progress(rows.split(batch_size), "batches"):
        images, *features = items.batch(chosen, device)
        with torch.inference_mode(), mixed_precision(device, precision):
            logits = network(cut(images, crop), *features)
        batches.append(torch.softmax(logits.float(), dim=1).cpu())
    return torch.cat(batches).numpy()


def by_subject(items: pd.DataFrame, classes: list[str]) -> pd.DataFrame:
    """Average a subject's items (A-40) and take the likeliest class (A-41).

    Parameters
    ----------
    items : columns subject, role, truth, p_{class}

    Returns
    -------
    columns subject, role, truth, predicted, p_{class}; a row a subject
    """
    columns = [f"p_{name}" for name in classes]
    keys = ["subject", "role", "truth"]
    subjects = items.groupby(keys, sort=False)[columns].mean().reset_index()
    best = subjects[columns].to_numpy().argmax(axis=1)
    subjects.insert(3, "predicted", np.array(classes)[best])
    return subjects


def predict(
    files: dict, *, classes: list[str], settings: dict, fold: int, hardware: dict
) -> pd.DataFrame:
    """Predict each item of the fold's validation and test subjects.

    Returns
    -------
    columns subject, slice, area, role, truth, p_{class}
    """
    device = choose_device(hardware["device"])
    table, items = load_fold(files, fold, classes, device=device)
    network = network_for(items, classes, settings["network"])
    network.load_state_dict(
        torch.load(files["weights"], map_location=device, weights_only=True)
    )
    rows = np.flatnonzero(table["role"].isin(["validation", "test"]))
    probabilities = item_probabilities(
        network,
        items,
        torch.from_numpy(rows),
        device=device,
        precision=hardware["precision"],
        batch_size=settings["training"]["batch_size"],
        crop=settings.get("crop"),
    )
    chosen = table.iloc[rows].rename(columns={"class": "truth"}).reset_index(drop=True)
    columns = [f"p_{name}" for name in classes]
    return chosen.join(pd.DataFrame(probabilities, columns=columns))


if __name__ == "__main__":
    log_to(snakemake.log[0])
    torch.set_num_threads(snakemake.threads)
    params = snakemake.params
    items = predict(
        {key: f for key, f in snakemake.input.items() if key != "library"},
        classes=params.classes,
        settings=params.settings,
        fold=params.fold,
        hardware=params.hardware,
    )
    items.to_csv(snakemake.output.contents, index=False)
    subjects = by_subject(items, params.classes)
    for place, key in enumerate(("experiment", "fold", "seed")):
        subjects.insert(place, key, params[key])
    write_table(subjects, snakemake.output.subjects, "predictions")
