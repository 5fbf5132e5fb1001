import numpy as np
import pandas as pd
import pytest
import SimpleITK as sitk

from extract_examples import choose_examples, cut_examples
from regrade.examples import PICTURES

CONTENTS = pd.DataFrame(
    [
        ("a", 3, 100.0),
        ("a", 4, 300.0),  # the largest of a, and the median of its class
        ("b", 7, 900.0),
        ("c", 1, 200.0),
        ("d", 2, 400.0),
        ("d", 5, 400.0),
        ("e", 6, 50.0),
        ("f", 9, 300.0),  # not scored
        ("g", 8, 300.0),
    ],
    columns=["subject", "slice", "area"],
)
SPLITS = pd.DataFrame(
    {
        "subject": list("eabcdfg") + ["f"],
        "class": ["LGG"] + ["HGG"] * 7,
        "fold": [0] * 7 + [1],
        "role": ["test"] * 5 + ["train", "validation", "test"],
    }
)


def chosen(subjects: int, splits: pd.DataFrame = SPLITS) -> list[tuple]:
    table = choose_examples(CONTENTS, splits, fold=0, subjects=subjects)
    return list(table.itertuples(index=False, name=None))


def test_the_most_typical_subjects_come_first_at_their_largest_slice():
    # Largest areas of the scored HGG: 300, 900, 200 and 400; their median is 350, so
    # that a and d are equally near, and then c.
    assert chosen(3) == [
        ("a", "HGG", 4, 300.0),
        ("d", "HGG", 2, 400.0),
        ("c", "HGG", 1, 200.0),
        ("e", "LGG", 6, 50.0),
    ]


def test_fewer_examples_are_the_first_of_more_in_whatever_order_the_tables_are():
    assert [row[0] for row in chosen(1)] == ["a", "e"]
    assert chosen(9, SPLITS[::-1]) == chosen(9)
    assert len(chosen(9)) == 5


def write(path, array) -> None:
    sitk.WriteImage(sitk.GetImageFromArray(np.asarray(array, np.float32)), str(path))


@pytest.fixture
def subject(tmp_path) -> pd.DataFrame:
    """Write a subject of four slices, two contrasts, tumour in the second slice."""
    (tmp_path / "chunk-1").mkdir()
    array = np.random.default_rng(0).uniform(1, 2, (4, 6, 8))
    array[:, :, 7] = 0
    tumour = np.zeros((4, 6, 8))
    tumour[1, 2:4, 3] = 2
    write(tmp_path / "t1.nii.gz", array)
    write(tmp_path / "t2.nii.gz", -array)
    write(tmp_path / "mask.nii.gz", tumour)
    write(tmp_path / "chunk-1/a_brain-mask.nii.gz", array > 0)
    files = {name: f"{name}.nii.gz" for name in ("t1", "t2", "mask")}
    return pd.DataFrame([{"subject": "a", "cohort": "one", **files}])


def cut(subject: pd.DataFrame, tmp_path, **settings) -> tuple:
    table = pd.DataFrame(
        [("a", "HGG", 1, 2.0)], columns=["subject", "class", "slice", "area"]
    )
    folders = [str(tmp_path / name) for name in ("chunk-0", "chunk-1")]
    settings = {"spacing": 1.0, "shape": [4, 8], "interpolation": "linear"} | settings
    return cut_examples(
        table,
        subject,
        {"one": str(tmp_path)},
        folders,
        contrasts={"one": ["t1", "t2"]},
        percentiles=[0, 100],
        over="brain",
        **settings,
    )


def test_a_slice_is_cut_twice_with_its_tumour_on_the_same_grid(subject, tmp_path):
    pictures, tumours = cut(subject, tmp_path)
    assert pictures.shape == (1, 2, 2, 4, 8)
    assert pictures.dtype == np.uint8
    assert tumours.dtype == bool
    expected = np.zeros((1, 4, 8), bool)
    expected[0, 1:3, 3] = True  # one row is cut above
    assert (tumours == expected).all()
    alone, whole = (pictures[0, list(PICTURES).index(p)] for p in ("tumour", "brain"))
    assert (alone == whole * tumours[0]).all()
    assert (whole[0, :, :7] > 0).sum() > 25
    assert not whole[..., 7].any()  # no brain


def test_a_subject_without_one_brain_mask_is_named(subject, tmp_path):
    (tmp_path / "chunk-1/a_brain-mask.nii.gz").unlink()
    with pytest.raises(ValueError, match="0 brain masks a_brain-mask.nii.gz lie in"):
        cut(subject, tmp_path)
