"""The readers of BraTS 2019 and 2020, on look-alike folders of empty images."""

from pathlib import Path

import pytest
from lookalikes import (
    MAPPING_2020,
    brats_case,
    brats_images,
    write_brats2019,
    write_brats2020,
)
from reading import assert_sheet, read, reasons

from read_cohort import read_cohort

NO_FOLDER = "There is a row in name_mapping.csv, but no case folder."
NO_ROW = "There is a case folder, but no row in name_mapping.csv."


@pytest.fixture
def brats2019(tmp_path: Path) -> Path:
    write_brats2019(tmp_path)
    return tmp_path


@pytest.fixture
def brats2020(tmp_path: Path) -> Path:
    write_brats2020(tmp_path)
    return tmp_path


def test_brats2019_sheet(brats2019):
    found, problems = read(brats2019, "brats2019")
    root = "Training/Training"
    assert problems.empty
    assert_sheet(
        found,
        brats2019,
        all={"cohort": "brats2019", "follow_up": False, "skull": False},
        BraTS19_2013_0_1={
            "patient": "BraTS19_2013_0",
            "site": "2013",
            "grade": "LGG",
            "other_ids": "Brats17_2013_0_1 Brats18_2013_0_1 BraTS19_2013_0_1",
            **brats_images(f"{root}/LGG/BraTS19_2013_0_1"),
        },
        BraTS19_CBICA_AAB_1={
            "patient": "BraTS19_CBICA_AAB",
            "site": "CBICA",
            "grade": "HGG",
            "age": 60.25,
            "survival_days": 361,
            "died": False,
            "resection": "GTR",
            "other_ids": "Brats17_CBICA_AAB_1 Brats18_CBICA_AAB_1 BraTS19_CBICA_AAB_1",
            **brats_images(f"{root}/HGG/BraTS19_CBICA_AAB_1"),
        },
        BraTS19_TCIA01_425_1={
            "patient": "TCGA-02-0006",
            "site": "TCIA01",
            "grade": "HGG",
            "age": 56.5,
            "survival_days": 558,
            "died": True,
            "other_ids": "Brats17_TCIA_425_1 Brats18_TCIA01_425_1 TCGA-02-0006 "
            "BraTS19_TCIA01_425_1",
            **brats_images(f"{root}/HGG/BraTS19_TCIA01_425_1", ending=".nii"),
        },
        BraTS19_TMC_06290_1={
            "patient": "BraTS19_TMC_06290",
            "site": "TMC",
            "grade": "LGG",
            "other_ids": "BraTS19_TMC_06290_1",
            **brats_images(f"{root}/LGG/BraTS19_TMC_06290_1"),
        },
    )


def test_brats2019_takes_the_grade_from_the_folder(brats2019):
    root = brats2019 / "Training" / "Training"
    (root / "HGG" / "BraTS19_CBICA_AAB_1").rename(root / "LGG" / "BraTS19_CBICA_AAB_1")
    brats_case(root / "HGG" / "BraTS19_CBICA_ZZZ_1", ending=".nii.gz")
    found, problems = read(brats2019, "brats2019")
    found = found.set_index("subject")
    assert found.loc["BraTS19_CBICA_AAB_1", "grade"] == "LGG"
    new = found.loc["BraTS19_CBICA_ZZZ_1", ["grade", "patient", "site", "other_ids"]]
    assert list(new) == ["HGG", "BraTS19_CBICA_ZZZ", "CBICA", "BraTS19_CBICA_ZZZ_1"]
    assert reasons(problems, left_out=False) == {
        "BraTS19_CBICA_AAB_1": "name_mapping.csv says HGG, its folder LGG.",
        "BraTS19_CBICA_ZZZ_1": "It has no row in name_mapping.csv.",
    }


def test_incomplete_cases_are_left_out_in_words(brats2019):
    root = brats2019 / "Training" / "Training"
    (root / "LGG" / "BraTS19_2013_0_1" / "BraTS19_2013_0_1_t1.nii.gz").unlink()
    (root / "LGG" / "BraTS19_2013_0_1" / "BraTS19_2013_0_1_seg.nii.gz").unlink()
    for path in (root / "LGG" / "BraTS19_TMC_06290_1").iterdir():
        path.unlink()
    (root / "HGG" / "BraTS19_CBICA_AAB_1").rename(brats2019 / "elsewhere")
    found, problems = read(brats2019, "brats2019")
    assert list(found["subject"]) == ["BraTS19_TCIA01_425_1"]
    assert reasons(problems, left_out=True) == {
        "BraTS19_2013_0_1": "The case folder lacks t1, mask.",
        "BraTS19_CBICA_AAB_1": NO_FOLDER,
        "BraTS19_TMC_06290_1": "The case folder is empty.",
    }


def test_brats2019_folder_may_be_a_grade_or_a_link(brats2019, tmp_path_factory):
    root = brats2019 / "Training" / "Training"
    linked = tmp_path_factory.mktemp("linked")
    (linked / "data").symlink_to(root)
    (root / "HGG" / "loop").symlink_to(root / "HGG")
    assert len(read(linked, "brats2019")[0]) == 4
    found, problems = read(root / "HGG", "brats2019")
    assert list(found["grade"]) == ["HGG", "HGG"]
    assert set(reasons(problems, left_out=True).values()) == {NO_FOLDER}


def test_brats2020_sheet_has_the_oddly_named_mask(brats2020):
    found, problems = read(brats2020, "brats2020")
    last = brats_images("BraTS20_Training_355", ending=".nii")
    last["mask"] = "BraTS20_Training_355/W39_1998.09.19_Segm.nii"
    assert problems.empty
    assert_sheet(
        found,
        brats2020,
        all={"cohort": "brats2020", "follow_up": False, "skull": False},
        BraTS20_Training_001={
            "patient": "BraTS19_CBICA_AAB",
            "site": "CBICA",
            "grade": "HGG",
            "age": 60.25,
            "survival_days": 361,
            "died": False,
            "resection": "GTR",
            "other_ids": "Brats17_CBICA_AAB_1 Brats18_CBICA_AAB_1 BraTS19_CBICA_AAB_1 "
            "BraTS20_Training_001",
            **brats_images("BraTS20_Training_001"),
        },
        BraTS20_Training_260={
            "patient": "TCGA-DU-A6S8",
            "site": "TCIA10",
            "grade": "LGG",
            "other_ids": "Brats17_TCIA_637_1 Brats18_TCIA10_637_1 TCGA-DU-A6S8 "
            "BraTS19_TCIA10_637_1 BraTS20_Training_260",
            **brats_images("BraTS20_Training_260"),
        },
        BraTS20_Training_355={
            "patient": "BraTS20_Training_355",
            "grade": "HGG",
            "other_ids": "BraTS20_Training_355",
            **last,
        },
    )


def test_brats2020_case_without_row_is_left_out(brats2020):
    brats_case(brats2020 / "BraTS20_Training_369", ending=".nii.gz")
    _, problems = read(brats2020, "brats2020")
    assert reasons(problems, left_out=True) == {"BraTS20_Training_369": NO_ROW}


def test_repeated_row_of_a_table_is_refused(brats2020):
    row = MAPPING_2020.splitlines()[1]
    (brats2020 / "name_mapping.csv").write_text(f"{MAPPING_2020}{row}\n")
    with pytest.raises(ValueError, match="more than one row for BraTS20_Training_001"):
        read(brats2020, "brats2020")


def test_two_editions_in_one_folder_are_refused(brats2020):
    (brats2020 / "copy").mkdir()
    (brats2020 / "copy" / "name_mapping.csv").write_text(MAPPING_2020)
    with pytest.raises(ValueError, match="2 tables may be meant"):
        read(brats2020, "brats2020")


def test_real_brats2019_sample(real_data):
    folder = real_data / "MICCAI_BraTS_2019_Data_Training"
    found, problems = read_cohort(
        folder, cohort="sample", reader="brats2019", images=True, skull=None
    )
    assert found["grade"].value_counts().to_dict() == {"HGG": 9, "LGG": 4}
    assert found["survival_days"].notna().sum() == 6 and problems.empty
    assert all((folder / path).is_file() for path in found["mask"])
