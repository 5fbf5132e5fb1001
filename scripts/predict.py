"""Predict the subjects that trainings did not learn from: the waist of the workflow."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from regrade.guards import check_axis, check_plain
from regrade.items import load_fold, load_images, network_for
from regrade.logs import log_to
from regrade.prediction import (
    by_subject,
    item_probabilities,
    item_table,
    kept_epoch,
    scored_rows,
)
from regrade.tables import write_table
from regrade.training import Items, choose_device
from regrade.views import scoring_view


def predict_rows(
    files: dict,
    items: Items,
    rows: torch.Tensor,
    *,
    classes: list[str],
    settings: dict,
    seeds: tuple[int, int],
    hardware: dict,
) -> dict[int, np.ndarray]:
    """Give each scored epoch's probabilities, (rows, classes), under its number.

    That of the kept weights alone; with ``evaluation: epochs: pooled`` all epochs, as
    the training wrote them down (3B-2).
    """
    history = pd.read_csv(files["history"])
    if settings["evaluation"]["epochs"] == "pooled":
        pooled = np.load(files["pooled"])
        return dict(zip(history["epoch"], pooled, strict=True))
    device = choose_device(hardware["device"])
    epoch = kept_epoch(history, settings["evaluation"])
    network = network_for(items, classes, settings["network"])
    network.load_state_dict(
        torch.load(files["weights"], map_location=device, weights_only=True)
    )
    view = scoring_view(settings, classes)
    image, *_ = items.batch(rows[:1], device)
    check_plain(view, image, items.labels[rows[:1]], settings)
    probabilities = item_probabilities(
        network,
        items,
        rows,
        view=view,
        mode=settings["evaluation"]["mode"],
        device=device,
        precision=hardware["precision"],
        batch_size=settings["training"]["batch_size"],
        seeds=(*seeds, epoch, 1),
    )
    return {epoch: probabilities}


def predict(
    files: dict,
    images: torch.Tensor,
    *,
    classes: list[str],
    settings: dict,
    fold: int,
    seed: int,
    hardware: dict,
) -> pd.DataFrame:
    """Predict each item of the fold's validation and test subjects.

    Parameters
    ----------
    files : as for the training, and its weights, history and pooled
    images : the packed ones, as ``load_images`` gives them

    Returns
    -------
    columns epoch, subject, slice, area, role, truth, p_{class}
    """
    check_axis(json.loads(Path(files["about"]).read_text()).get("axes"), settings)
    table, items = load_fold(files, fold, classes, images)
    rows = scored_rows(table, ["validation", "test"])
    predicted = predict_rows(
        files,
        items,
        rows,
        classes=classes,
        settings=settings,
        seeds=(seed, fold),
        hardware=hardware,
    )
    tables = [
        item_table(table, rows, probabilities, classes, epoch)
        for epoch, probabilities in predicted.items()
    ]
    return pd.concat(tables, ignore_index=True)


def predict_runs(
    files: dict,
    *,
    experiment: str,
    classes: list[str],
    runs: list,
    settings: dict,
    hardware: dict,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Predict each run of an experiment, one after the other, on the same images.

    Parameters
    ----------
    files : as for ``predict``; of weights, history and pooled, one for each run
    runs : fold and seed of each

    Returns
    -------
    a row a subject (schema ``predictions``) and a row an item (columns as of
    ``predict``), both with experiment, fold and seed first
    """
    device = choose_device(hardware["device"])
    images = load_images(files["array"], channels=settings["channels"], device=device)
    shared = {"classes": classes, "settings": settings, "hardware": hardware}
    subjects, contents = [], []
    for number, (fold, seed) in enumerate(runs):
        own = {key: files[key][number] for key in ("weights", "history", "pooled")}
        items = predict(files | own, images, fold=fold, seed=seed, **shared)
        run = {"experiment": experiment, "fold": fold, "seed": seed}
        subjects.append(named(by_subject(items, classes), run))
        contents.append(named(items, run))
    return pd.concat(subjects, ignore_index=True), pd.concat(
        contents, ignore_index=True
    )


def named(table: pd.DataFrame, run: dict) -> pd.DataFrame:
    """Put a run's name before the columns of a table."""
    first = pd.DataFrame(run, index=table.index)
    return pd.concat([first, table], axis=1)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    torch.set_num_threads(snakemake.threads)
    subjects, contents = predict_runs(
        {key: f for key, f in snakemake.input.items() if key != "library"},
        **snakemake.params,
    )
    write_table(subjects, snakemake.output.subjects, "predictions")
    contents.to_csv(snakemake.output.contents, index=False)
