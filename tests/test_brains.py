import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk

from regrade.brains import (
    NoBrain,
    doubts_about,
    images_to_strip,
    judge_volume,
    largest_connected,
    largest_part,
    neck_slice,
    nonzero_brain,
    strip_chunk,
    strip_subject,
)
from regrade.images import read_volume
from regrade.tables import load_schema, read_table, write_table

VOLUME = [0.05, 0.1]  # ml: 50 to 100 voxels of 1 mm


def head_of(shape=(8, 8, 8)) -> np.ndarray:
    """Give a cube of 6 x 6 x 6 voxels in air."""
    head = np.zeros(shape, np.float32)
    head[1:7, 1:7, 1:7] = 100
    return head


def cube(side: int, shape=(8, 8, 8)) -> np.ndarray:
    mask = np.zeros(shape, bool)
    mask[2 : 2 + side, 2 : 2 + side, 2 : 2 + side] = True
    return mask


def strip(find_brain, *, skull=True, volume=VOLUME):
    image = sitk.GetImageFromArray(head_of())
    return strip_subject(image, skull=skull, find_brain=find_brain, volume=volume)


def test_background_is_what_scaling_leaves_near_zero():
    volume = np.full((6, 6, 6), 1e-4)
    volume[1:5, 1:5, 1:5] = 100
    volume[2, 2, 2] = 0  # a hole in the brain
    volume[5, 5, 5] = 100  # a speck apart from it
    brain = nonzero_brain(volume)
    assert brain.sum() == 64
    assert brain[2, 2, 2]
    assert not brain[5, 5, 5]


def test_an_empty_volume_has_no_brain():
    assert not nonzero_brain(np.zeros((3, 3, 3))).any()
    assert not largest_part(np.zeros((3, 3, 3), bool)).any()


def test_voxels_hang_together_by_their_faces():
    mask = np.zeros((4, 4, 1), bool)
    mask[0:2, 0:2] = True
    mask[2, 2] = True  # touches the square by an edge alone
    assert largest_connected(mask).sum() == 4


def test_the_neck_is_cut_below_the_top_of_the_head():
    head = np.zeros((10, 8, 8))
    head[:8, 2:6, 2:6] = 1  # top at slice 7, air above
    assert neck_slice(head, 5) == 3
    assert neck_slice(head, 50) == 0


@pytest.mark.parametrize(
    ("millilitres", "left_out", "doubts"),
    [(499, True, 1), (500, False, 1), (1000, False, 0), (1900, False, 0)]
    + [(1901, False, 1), (2850, False, 1), (2851, True, 1)],
)
def test_a_brain_far_from_the_plausible_volumes_is_left_out(
    millilitres, left_out, doubts
):
    found, sentences = judge_volume(millilitres, [1000, 1900])
    assert found == left_out
    assert len(sentences) == doubts


def test_a_good_brain_raises_no_doubt():
    brain, left_out, problem, millilitres = strip(lambda image: cube(4))
    assert brain.sum() == 64
    assert (left_out, problem) == (False, None)
    assert millilitres == pytest.approx(0.064)


def test_a_piece_apart_is_dropped_and_mentioned():
    found = cube(4)
    found[2, 2, 7] = True
    brain, left_out, problem, _ = strip(lambda image: found)
    assert brain.sum() == 64
    assert not left_out
    assert problem == "Pieces apart from its brain, 2% of all, were dropped."


def test_air_and_the_uppermost_slice_are_mentioned():
    brain = np.zeros((8, 8, 8), bool)
    brain[6:, 3:5, 3:5] = True  # 4 voxels in the head, 4 in the air above it
    sentences = doubts_about(brain, brain, head_of())
    assert sentences == [
        "50% of its brain mask lies in the air around the head.",
        "Its brain reaches the uppermost slice and may be cut off there.",
    ]


def test_dark_liquor_inside_the_head_is_no_air():
    head = head_of()
    head[4, 4, 4] = 0
    assert doubts_about(cube(4), cube(4), head) == []


def test_without_a_brain_a_subject_is_left_out():
    brain, left_out, problem, millilitres = strip(lambda image: cube(0))
    assert not brain.any()
    assert (left_out, millilitres) == (True, None)
    assert problem == "No brain was found in its first image."


def test_a_method_that_fails_leaves_the_subject_out():
    def fail(image):
        raise NoBrain("The program gave up.")

    brain, left_out, problem, _ = strip(fail)
    assert brain.shape == (8, 8, 8)
    assert not brain.any()
    assert left_out
    assert problem == "No brain was found: The program gave up."


def test_a_stripped_volume_is_judged_by_emptiness_alone():
    brain, *judged = strip(None, skull=False, volume=[1000, 1900])
    assert brain.sum() == 216
    assert judged == [False, None, pytest.approx(0.216)]


def found_table(rows: list[dict]) -> pd.DataFrame:
    """Give a table `found` of which only subject, skull and images matter."""
    columns = load_schema("found")["columns"]
    whole = {"cohort": "ixi", "follow_up": False, "skull": True}
    table = pd.DataFrame(
        [whole | {"patient": row["subject"]} | row for row in rows], columns=columns
    )
    return table.astype(dict.fromkeys(("t1", "t1ce", "t2", "flair"), "string"))


def checks_table(left_out: dict[str, bool]) -> pd.DataFrame:
    table = pd.DataFrame(columns=list(load_schema("checks")["columns"]))
    table["subject"], table["left_out"] = list(left_out), list(left_out.values())
    return table


def test_the_first_image_given_shows_the_brain():
    found = found_table(
        [
            {"subject": "a", "t1": "a1", "t2": "a2"},
            {"subject": "b", "flair": "b4", "t2": "b3", "skull": False},
            {"subject": "bad", "t1": "c1"},
            {"subject": "table only"},
        ]
    )
    checks = checks_table({"a": False, "b": False, "bad": True, "table only": False})
    rows = [tuple(row) for row in images_to_strip(found, checks)]
    assert rows == [("a", True, "a1"), ("b", False, "b3")]


def run_chunk(folder, rows: list[dict], find_brain, *, chunk=0, chunks=1) -> None:
    write_table(found_table(rows), folder / "found.csv", "found")
    here = rows[len(rows) * chunk // chunks : len(rows) * (chunk + 1) // chunks]
    checks = checks_table({row["subject"]: False for row in here})
    write_table(checks, folder / "checks.csv", "checks")
    strip_chunk(
        folder / "found.csv",
        folder / "checks.csv",
        find_brain=find_brain,
        masks=folder / "masks",
        brains=folder / "brains.csv",
        folder=folder,
        chunk=chunk,
        chunks=chunks,
        volume=VOLUME,
    )


def test_a_chunk_becomes_masks_and_a_table(tmp_path):
    image = sitk.GetImageFromArray(head_of())
    image.SetOrigin([5, 6, 7])
    sitk.WriteImage(image, tmp_path / "image.nii.gz")
    rows = [{"subject": name, "t1": "image.nii.gz"} for name in "abc"]
    results = iter([cube(4), cube(0)])
    run_chunk(tmp_path, rows, lambda image: next(results), chunk=1, chunks=2)
    table = read_table(tmp_path / "brains.csv", "brains")
    assert table["subject"].tolist() == ["b", "c"]
    assert table["left_out"].tolist() == [False, True]
    assert table["volume_ml"].tolist()[0] == pytest.approx(0.064)
    assert [path.name for path in (tmp_path / "masks").iterdir()] == [
        "b_brain-mask.nii.gz"
    ]
    mask = read_volume(tmp_path / "masks/b_brain-mask.nii.gz")
    assert mask.GetOrigin() == read_volume(tmp_path / "image.nii.gz").GetOrigin()
    assert (sitk.GetArrayFromImage(mask) == cube(4)).all()


def test_a_chunk_without_images_has_an_empty_table(tmp_path):
    run_chunk(tmp_path, [{"subject": "a"}], None)
    assert len(read_table(tmp_path / "brains.csv", "brains")) == 0
    assert list((tmp_path / "masks").iterdir()) == []
