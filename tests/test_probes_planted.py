"""A planted leak is caught by the probe made for it; a clean cohort is not accused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from probed import judged, phantoms, split_in_folds

COUNTS = {"LGG": 12, "HGG": 14}


def accused(cohort) -> list[str]:
    verdicts = judged(cohort)["verdict"]
    assert set(verdicts) <= {"accused", "not accused"}
    return verdicts.index[verdicts == "accused"].tolist()


@pytest.mark.parametrize("seed", range(20))
def test_a_clean_cohort_is_not_accused(seed, tmp_path):
    assert accused(phantoms(seed, COUNTS, tmp_path)) == []


def longer_steps(name, _, __, affine) -> None:
    affine[2, 2] += 5e-4 if name == "HGG" else 0  # so little that no voxel moves


def brighter_voxel(name, image, brain, _) -> None:
    if name == "HGG":
        image[tuple(np.argwhere(brain)[0])] = 3000


def voxels_in_a_corner(name, image, brain, _) -> None:
    if name == "HGG":  # of the brain's box, so that the middle stays where it is
        corner = tuple(np.argwhere(brain).min(axis=0))
        image[corner], brain[corner] = image.max() // 2, True


@pytest.mark.parametrize(
    ("spoil", "probe"),
    [
        (longer_steps, "header"),
        (brighter_voxel, "header"),
        (voxels_in_a_corner, "background"),
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_the_class_written_elsewhere_is_found(spoil, probe, seed, tmp_path):
    assert accused(phantoms(seed, COUNTS, tmp_path, spoil)) == [probe]


def other_scanner(name, _, __, affine) -> None:
    if name == "healthy":
        affine[2, 2] += 5e-4


def test_a_class_from_another_cohort_is_confounded_by_design(tmp_path):
    counts = COUNTS | {"healthy": 12}
    table = judged(phantoms(0, counts, tmp_path, other_scanner)).loc["header"]
    assert dict(zip(table["question"], table["verdict"], strict=True)) == {
        "LGG or HGG, within one": "not accused",
        "LGG or healthy, all cohorts": "confounded by design",
        "HGG or healthy, all cohorts": "confounded by design",
    }


def scanned_again(cohort, role: str):
    """Add a subject under a new name: one that is learnt in fold 0, in a role there."""
    learnt = cohort.splits.query("fold == 0 and role == 'train'")["subject"].iloc[0]
    number = cohort.items.index[cohort.items["subject"] == learnt][0]
    image = cohort.array[number].astype(float)
    noise = np.random.default_rng(1).normal(0, 5, image.shape)
    again = np.clip(image * 1.1 + noise, 0, 255).astype(np.uint8) * (image > 0)
    rows = cohort.splits[cohort.splits["subject"] == learnt]
    rows = rows.assign(subject="again", patient="again", role=role)
    facts = cohort.headers[cohort.headers["subject"] == learnt]
    return replace(
        cohort,
        array=np.concatenate([cohort.array, again[None].astype(np.uint8)]),
        items=pd.concat(
            [cohort.items, cohort.items.iloc[[number]].assign(subject="again")],
            ignore_index=True,
        ),
        headers=pd.concat([cohort.headers, facts.assign(subject="again")]),
        splits=pd.concat([cohort.splits, rows], ignore_index=True),
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_patient_under_two_names_is_found(seed, tmp_path):
    table = judged(scanned_again(phantoms(seed, COUNTS, tmp_path), "test"))
    assert table.index[table["verdict"] == "accused"].tolist() == ["duplicates"]
    assert "again (tested)" in table.loc["duplicates", "note"]


def test_a_patient_under_two_names_in_one_role_is_no_leak(tmp_path):
    cohort = phantoms(0, COUNTS, tmp_path)
    always = cohort.splits["subject"] == cohort.splits["subject"].iloc[0]
    splits = cohort.splits.assign(role=cohort.splits["role"].mask(always, "train"))
    first = cohort.splits["subject"].iloc[0]
    learnt = splits.query("fold == 0 and role == 'train'")["subject"].iloc[0]
    assert learnt == first
    again = scanned_again(replace(cohort, splits=splits), "train")
    assert judged(again).loc["duplicates", "verdict"] == "not accused"


def test_two_scans_of_a_patient_in_two_roles_are_learnt_with_any_labels(tmp_path):
    cohort = phantoms(0, COUNTS, tmp_path)
    subjects = cohort.splits.query("fold == 0").assign(
        patient=lambda table: [f"p{n // 2}" for n in range(len(table))]
    )
    # Each patient has two scans that are nearly alike, the split ignores patients.
    array = np.repeat(cohort.array[::2], 2, axis=0)
    classes = np.repeat(subjects["class"].to_numpy()[::2], 2)
    subjects = subjects.assign(**{"class": classes})
    splits = split_in_folds(subjects.assign(patient=subjects["subject"]), 1)
    whose = subjects.set_index("subject")["patient"]
    splits["patient"] = splits["subject"].map(whose)
    table = judged(replace(cohort, array=array, splits=splits))
    assert table.loc["labels permuted", "verdict"] == "accused"
    assert table.loc["labels permuted", "value"] > 0.7
