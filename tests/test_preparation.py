from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk

from extract_slices import choose_slices, list_items
from pack_inputs import join_arrays, join_items, take_axes
from prepare_volumes import prepare
from regrade.packing import read_array, write_array, write_items
from regrade.slices import cut_slices
from regrade.subjects import chunk_of, cut_chunk, image_path
from regrade.tables import load_schema, write_table


def image_of(array) -> sitk.Image:
    return sitk.GetImageFromArray(np.asarray(array, np.float32))


def test_a_prepared_volume_has_the_brain_in_the_middle():
    array = np.zeros((8, 8, 8))
    array[0:4, 0:4, 0:4] = np.linspace(1, 2, 4)
    volume = prepare(
        [image_of(array)],
        image_of(array > 0),
        None,
        percentiles=[0, 100],
        over="brain",
        spacing=1.0,
        interpolation="linear",
        shape=[6, 6, 6],
        middle="brain",
    )
    assert volume.shape == (1, 6, 6, 6)
    assert volume.dtype == np.uint8
    assert volume[0, 1:5, 1:5, 1:5].max() == 255
    outside = volume.copy()
    outside[0, 1:5, 1:5, 1:5] = 0
    assert not outside.any()


def test_a_prepared_volume_may_show_the_tumour_alone_where_it_lies():
    array = np.full((8, 8, 8), 5.0)
    array[0, 0, 0] = 1.0
    brain, tumour = array > 0, np.zeros((8, 8, 8), bool)
    tumour[1, 2, 3] = tumour[7, 7, 7] = True
    volume = prepare(
        [image_of(array)],
        image_of(brain),
        tumour,
        percentiles=[0, 100],
        over="brain",
        spacing=1.0,
        interpolation="linear",
        shape=[6, 6, 6],
        middle="field",
    )
    expected = np.zeros((1, 6, 6, 6), np.uint8)
    expected[0, 0, 1, 2] = 255  # one voxel less on each side; the last one is cut off
    assert np.array_equal(volume, expected)


def test_slices_with_too_little_tumour_are_left_out():
    tumour = np.zeros((4, 5, 5), bool)
    tumour[1, 0, :3] = True
    tumour[2, 0, :2] = True
    assert choose_slices(tumour, least_area=3, spacing=1.0).tolist() == [1]
    assert choose_slices(tumour, least_area=8, spacing=2.0).tolist() == [1, 2]


def test_a_patient_keeps_the_largest_slice():
    tumour = np.zeros((4, 5, 5), bool)
    tumour[2, 0, :2] = True
    assert choose_slices(tumour, least_area=99, spacing=1.0).tolist() == [2]


def test_the_areas_of_all_slices_with_tumour_are_known(tmp_path):
    tumour = np.zeros((4, 5, 5), np.uint8)
    tumour[1, 0, :3], tumour[2, 0, :2] = 1, 4
    sitk.WriteImage(sitk.GetImageFromArray(tumour), tmp_path / "mask.nii.gz")
    subject = SimpleNamespace(subject="a", mask="mask.nii.gz")
    items, every = list_items([subject], str(tmp_path), least_area=3, spacing=1.0)
    assert items == [("a", 1, 3.0)]
    assert every == [("a", 1, 3.0), ("a", 2, 2.0)]


def test_slices_show_only_the_tumour():
    array = np.random.default_rng(0).uniform(1, 2, (4, 6, 6))
    tumour = np.zeros((4, 6, 6), bool)
    tumour[2, 2:4, 3] = True
    slices = cut_slices(
        [image_of(array), image_of(2 * array)],
        image_of(np.ones((4, 6, 6))),
        tumour,
        np.array([2]),
        percentiles=[0, 100],
        over="brain",
        spacing=1.0,
        interpolation="linear",
        shape=[4, 4],
    )
    assert slices.shape == (1, 2, 4, 4)
    assert np.count_nonzero(slices[0, 0]) <= 2
    assert not slices[0, 0, 0].any()
    assert (slices[0, 0] == slices[0, 1]).all()  # scaling undoes the gain


def test_a_chunk_of_a_study_is_of_a_chunk_of_its_cohort(tmp_path):
    columns = list(load_schema("found")["columns"])
    found = pd.DataFrame({"subject": list("abcd"), "patient": list("abcd")})
    found = found.assign(cohort="one", follow_up=False, skull=False)
    write_table(found.reindex(columns=columns), tmp_path / "found.csv", "found")
    columns = list(load_schema("study_subjects")["columns"])
    subjects = found.iloc[[3, 0]].assign(source="one", grade="2")
    other = subjects.iloc[1:].assign(subject="z", patient="z", cohort="two")
    subjects = pd.concat([subjects, other]).reindex(columns=columns)
    write_table(subjects, tmp_path / "subjects.csv", "study_subjects")
    files = (tmp_path / "subjects.csv", tmp_path / "found.csv")
    chunks = [chunk_of(*files, chunk=n, chunks=3) for n in range(3)]
    assert [[s.subject for s in chunk] for chunk in chunks] == [["a"], [], ["d"]]


@pytest.mark.parametrize("chunks", [1, 2, 3, 7])
def test_chunks_are_the_table_however_many(chunks):
    table = pd.DataFrame({"subject": list("abcde")})
    blocks = [cut_chunk(table, chunk=n, chunks=chunks) for n in range(chunks)]
    assert pd.concat(blocks).equals(table)


def test_chunks_join_in_order(tmp_path):
    paths = [tmp_path / f"{n}.npy" for n in range(3)]
    blocks = [np.full((n, 1, 2, 2), n, np.uint8) for n in (2, 0, 1)]
    for path, block in zip(paths, blocks, strict=True):
        write_array(path, block.shape, [block])
    assert join_arrays(paths, tmp_path / "all.npy") == (3, 1, 2, 2)
    assert read_array(tmp_path / "all.npy")[:, 0, 0, 0].tolist() == [2, 2, 1]


def test_chunks_of_different_shapes_do_not_join(tmp_path):
    for name, channels in (("a", 1), ("b", 2)):
        write_array(
            tmp_path / f"{name}.npy",
            (1, channels, 2, 2),
            [np.ones((1, channels, 2, 2))],
        )
    with pytest.raises(ValueError, match="different shapes"):
        join_arrays([tmp_path / "a.npy", tmp_path / "b.npy"], tmp_path / "all.npy")


def test_an_array_must_be_filled(tmp_path):
    with pytest.raises(ValueError, match="2 items were announced, 1 came"):
        write_array(tmp_path / "x.npy", (2, 1), [np.ones((1, 1))])


def test_items_join_in_order(tmp_path):
    write_items(tmp_path / "a.csv", [("one", 3, 5.0), ("one", 4, 6.0)])
    write_items(tmp_path / "b.csv", [("two", 0, None)])
    items = join_items([tmp_path / "a.csv", tmp_path / "b.csv"])
    assert items["subject"].tolist() == ["one", "one", "two"]
    assert items["slice"].tolist() == [3, 4, 0]


def test_the_axes_that_all_volumes_share_are_taken():
    items = pd.DataFrame({"subject": ["a", "b"], "axes": ["SPL", "SPL"]})
    assert take_axes(items) == {"axes": "SPL"}
    assert list(items) == ["subject"]
    assert take_axes(items) == {}  # slices have none


def test_volumes_with_different_axes_are_not_packed():
    items = pd.DataFrame({"subject": ["a", "b"], "axes": ["SPL", "LSP"]})
    with pytest.raises(ValueError, match="run to {'SPL': 1, 'LSP': 1}; all must run"):
        take_axes(items)


def test_a_missing_contrast_is_named():
    subject = SimpleNamespace(subject="x", cohort="ixi", t1ce=pd.NA)
    with pytest.raises(ValueError, match="x has no image t1ce"):
        image_path("folder", subject, "t1ce")
