"""Small cohorts of phantoms for the tests of leak probes, as the rules hand them on."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from judge_probes import judge
from prepare_volumes import prepare
from probe_duplicates import details, probe_duplicates
from probe_header import header_features
from probe_labels import probe_labels
from read_headers import read_headers
from regrade.images import read_volume, volume_like
from regrade.phantom_files import glioma_grid, render_glioma, save_image
from regrade.phantoms import draw_subject, generator
from regrade.probing import findings, people
from regrade.questions import questions_of_classes, questions_of_pairs
from regrade.small_images import features_of, outline, outside, small
from split_subjects import split

SPACING = 10.0  # mm
SHAPE = [16, 20, 16]
SCALING = {"percentiles": [0.5, 99.5], "over": "brain", "interpolation": "linear"}
TEST = {"permutations": 1999, "seed": 1, "alpha": 1.0}
DRAWS = TEST | {"resamples": 50}
CELLS, CORNERS = 12, 2
CLASSES = ["LGG", "HGG", "healthy"]
CONTRASTS = {"one": ["t1ce"], "two": ["t1ce"]}
LEVEL = 0.01
LEAST_CORRELATION = 0.9

# Changes the image (columns, rows, slices), the brain and the affine of a class.
Spoil = Callable[[str, np.ndarray, np.ndarray, np.ndarray], None]


def unspoilt(*_) -> None:
    """Leave a subject as it is."""


@dataclass(frozen=True)
class Cohort:
    """What the probes read of a cohort: packed images, headers, splits."""

    array: np.ndarray
    items: pd.DataFrame
    headers: pd.DataFrame
    splits: pd.DataFrame


def phantoms(
    seed: int, classes: dict[str, int], folder: Path, spoil: Spoil = unspoilt
) -> Cohort:
    """Render gliomas, the healthy as another cohort; prepare them as the rules do.

    Parameters
    ----------
    classes : how many of each
    spoil : plants a leak
    """
    volumes, rows = [], []
    for name, count in classes.items():
        for n in range(count):
            key = f"{name}-{n:03d}"
            volumes.append(render(seed, key, name, folder, spoil))
            paths = {"t1ce": f"{key}_t1ce.nii", "mask": f"{key}_seg.nii"}
            row = {"subject": key, "patient": key, "class": name, "source": "one"}
            if name == "healthy":
                row["source"], paths["mask"] = "two", pd.NA
            rows.append(row | paths)
    subjects = pd.DataFrame(rows)
    return Cohort(
        array=np.stack(volumes),
        items=subjects[["subject"]].assign(slice=0, area=np.nan),
        headers=read_headers(list(subjects.itertuples()), str(folder), ["t1ce"]),
        splits=split_in_folds(subjects, seed),
    )


def render(seed: int, key: str, name: str, folder: Path, spoil: Spoil) -> np.ndarray:
    """Write the files of a subject and give its packed volume."""
    shape, affine = glioma_grid(SPACING)
    subject = draw_subject(generator(seed, key), name)
    images, labels, brain = render_glioma(
        subject, shape, affine, generator(seed, key, "scan")
    )
    spoil(name, images["t1ce"], brain, affine)
    save_image(folder / f"{key}_t1ce.nii", images["t1ce"], affine)
    save_image(folder / f"{key}_seg.nii", labels, affine)
    image = read_volume(folder / f"{key}_t1ce.nii")
    mask = volume_like(brain.transpose(2, 1, 0).astype(np.uint8), image)
    return prepare(
        [image], mask, None, spacing=SPACING, shape=SHAPE, middle="brain", **SCALING
    )


def split_in_folds(subjects: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Draw three hold-outs, as chatterjee2022 does."""
    return split(
        subjects,
        kind="hold_out",
        folds=3,
        test_share=0.3,
        validation_share=0,
        stratify=["class"],
        seed=seed,
    )


def subjects(**counts: int) -> pd.DataFrame:
    """Subjects by class and source, as LGG_a=2."""
    rows = [
        {"subject": f"{key}{n}", "patient": f"{key}{n}"}
        | dict(zip(("class", "source"), key.split("_"), strict=True))
        for key, count in counts.items()
        for n in range(count)
    ]
    return pd.DataFrame(rows)


def judged(cohort: Cohort) -> pd.DataFrame:
    """Give the verdicts of all probes of volumes; probes are the index."""
    splits, items = cohort.splits, cohort.items
    asked = list(questions_of_classes(people(splits), CLASSES))
    facts = header_features(cohort.headers, splits, CONTRASTS)
    rows = facts.reset_index()[["subject"]].droplevel(1, axis=1)
    parts = [findings("header", facts.to_numpy(), rows, splits, asked, **DRAWS)]
    ways = {"background": (outside, CORNERS), "outline": (outline, CELLS)}
    for name, way in ways.items():
        images = features_of(cohort.array, items.index, *way)
        parts += [findings(name, images, items, splits, asked, **DRAWS)]
    images = features_of(cohort.array, items.index, small, CELLS)
    pairs = questions_of_pairs(people(splits), CLASSES)
    parts += [probe_labels(images, items, splits, pairs, **TEST)]
    who = people(splits).set_index("subject")
    found = details(cohort.array, items, who, slices=1, cells=CELLS)
    parts += [probe_duplicates(found, splits, LEAST_CORRELATION)]
    return judge(pd.concat(parts, ignore_index=True), LEVEL).set_index("probe")
