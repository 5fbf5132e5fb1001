"""Cut the slices whose heat maps are looked at: tumour alone, whole brain (A-46)."""

from pathlib import Path

import numpy as np
import pandas as pd

from regrade.examples import PICTURES
from regrade.images import read_tumour, read_volume
from regrade.logs import log_to, progress
from regrade.slices import cut_slices, in_frame
from regrade.subjects import brain_of, image_path
from regrade.tables import read_table, write_table


def choose_examples(
    contents: pd.DataFrame, splits: pd.DataFrame, *, fold: int, subjects: int
) -> pd.DataFrame:
    """Choose scored subjects of a fold, each with its slice of the largest tumour.

    Of each class those whose largest area is nearest the median of their class, the
    nearest first, of equal ones the first by name: typical ones, in whose choice no
    prediction and no chance has a part.

    Parameters
    ----------
    contents, splits : tables ``items`` and ``splits``
    subjects : of each class at most

    Returns
    -------
    columns subject, class, slice, area
    """
    scored = splits[(splits["fold"] == fold) & (splits["role"] == "test")]
    largest = contents.sort_values(["area", "slice"], ascending=[False, True])
    found = scored[["subject", "class"]].merge(largest.drop_duplicates("subject"))
    middle = found.groupby("class")["area"].transform("median")
    found["away"] = (found["area"] - middle).abs()
    typical = found.sort_values(["class", "away", "subject"]).groupby("class")
    chosen = typical.head(subjects).reset_index(drop=True)
    return chosen[["subject", "class", "slice", "area"]]


def cut_example(
    subject,
    number: int,
    folder: str,
    brain: Path,
    *,
    contrasts: list[str],
    spacing: float,
    shape: list[int],
    **scaling,
) -> tuple[np.ndarray, np.ndarray]:
    """Cut one slice of a subject twice, tumour alone and whole brain.

    Returns
    -------
    bytes (2, channels, rows, columns), and the tumour (rows, columns)
    """
    images = [read_volume(image_path(folder, subject, name)) for name in contrasts]
    tumour = read_tumour(image_path(folder, subject, "mask"), spacing)
    shown = {"tumour": tumour, "brain": np.ones_like(tumour)}
    pictures = [
        cut_slices(
            images,
            read_volume(brain),
            shown[name],
            np.array([number]),
            spacing=spacing,
            shape=shape,
            **scaling,
        )[0]
        for name in PICTURES
    ]
    return np.stack(pictures), in_frame(tumour[[number]], shape)[0]


def cut_examples(
    chosen: pd.DataFrame,
    subjects: pd.DataFrame,
    folders: dict[str, str],
    masks: list[str],
    *,
    contrasts: dict[str, list[str]],
    **settings,
) -> tuple[np.ndarray, np.ndarray]:
    """Cut the slice of each chosen subject.

    Parameters
    ----------
    chosen : as ``choose_examples`` gives it
    subjects : table ``study_subjects``
    folders, contrasts : of each cohort
    masks : folders of the brain masks

    Returns
    -------
    bytes (items, 2, channels, rows, columns), and tumours (items, rows, columns)
    """
    rows = subjects.set_index("subject", drop=False).loc[chosen["subject"]]
    examples = []
    numbered = list(zip(rows.itertuples(index=False), chosen["slice"], strict=True))
    for subject, number in progress(numbered, "examples"):
        folder, brain = folders[subject.cohort], brain_of(subject, masks)
        own = settings | {"contrasts": contrasts[subject.cohort]}
        examples.append(cut_example(subject, int(number), folder, brain, **own))
    pictures, tumours = zip(*examples, strict=True)
    return np.stack(pictures), np.stack(tumours)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    params = snakemake.params
    chosen = choose_examples(
        read_table(snakemake.input.slices, "items"),
        read_table(snakemake.input.splits, "splits"),
        fold=params.fold,
        subjects=params.subjects,
    )
    pictures, tumours = cut_examples(
        chosen,
        read_table(snakemake.input.subjects, "study_subjects"),
        params.folders,
        snakemake.input.masks,
        **params.prepared,
    )
    np.save(snakemake.output.array, pictures)
    np.save(snakemake.output.tumours, tumours)
    write_table(chosen, snakemake.output.contents, "examples")
