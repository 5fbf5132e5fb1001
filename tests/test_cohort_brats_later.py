"""The readers of BraTS 2021 and 2023, on look-alike folders of empty images."""

from pathlib import Path

import pandas as pd
import pytest
from lookalikes import (
    EDITIONS_2021,
    brats2023_case,
    brats_case,
    brats_images,
    write_brats2021,
    write_brats2023,
)
from reading import assert_sheet, read, reasons

BRATS_2021 = {
    "cohort": "brats2021",
    "follow_up": False,
    "skull": False,
    "labels": "1 2 4",
}


@pytest.fixture
def brats2021(tmp_path: Path) -> Path:
    write_brats2021(tmp_path)
    return tmp_path


@pytest.fixture
def brats2023(tmp_path: Path) -> Path:
    write_brats2023(tmp_path)
    return tmp_path


def test_brats2021_sheet(brats2021):
    found, problems = read(brats2021, "brats2021")
    root = "BraTS2021_TrainingSet"
    assert problems.empty
    assert_sheet(
        found,
        brats2021,
        all=BRATS_2021,
        BraTS2021_00000={
            "patient": "TCGA-02-0006",
            "site": "TCGA-GBM",
            "grade": "HGG",
            "other_ids": "BraTS2021_00000 TCGA-02-0006",
            **brats_images(f"{root}/TCGA-GBM/BraTS2021_00000"),
        },
        BraTS2021_00002={
            "patient": "UPENN-GBM-00001",
            "site": "UPENN-GBM",
            "grade": "HGG",
            "other_ids": "BraTS2021_00002 UPENN-GBM-00001_11",
            **brats_images(f"{root}/UPENN-GBM/BraTS2021_00002"),
        },
        BraTS2021_00003={
            "patient": "TCGA-DU-A6S8",
            "site": "TCGA-LGG",
            "grade": "LGG",
            "other_ids": "BraTS2021_00003 TCGA-DU-A6S8",
            **brats_images(f"{root}/TCGA-LGG/BraTS2021_00003"),
        },
        BraTS2021_00005={
            "patient": "IvyGAP-39",
            "site": "IvyGAP",
            "other_ids": "BraTS2021_00005 IvyGAP-39",
            **brats_images(f"{root}/IvyGAP/BraTS2021_00005"),
        },
        BraTS2021_00006={
            "patient": "BraTS2021_00006",
            "site": "Collection 5",
            "other_ids": "BraTS2021_00006",
            **brats_images(f"{root}/new-x/BraTS2021_00006"),
        },
        BraTS2021_00097={
            "patient": "UCSF-PDGM-0004",
            "site": "UCSF-PDGM",
            "other_ids": "BraTS2021_00097 UCSF-PDGM-0004",
            **brats_images(f"{root}/UCSF-PDGM/BraTS2021_00097"),
        },
        BraTS2021_00557={
            "patient": "UCSF-PDGM-0429",
            "site": "UCSF-PDGM",
            "follow_up": True,
            "other_ids": "BraTS2021_00557 UCSF-PDGM-0429_FU003d",
            **brats_images(f"{root}/UCSF-PDGM/BraTS2021_00557"),
        },
    )


def test_brats2021_reads_without_any_table(tmp_path):
    brats_case(tmp_path / "BraTS2021_00000", ending=".nii.gz")
    brats_case(tmp_path / "TCGA-LGG" / "BraTS2021_00003", ending=".nii")
    found, problems = read(tmp_path, "brats2021")
    assert_sheet(
        found,
        tmp_path,
        all=BRATS_2021,
        BraTS2021_00000={
            "patient": "BraTS2021_00000",
            "other_ids": "BraTS2021_00000",
            **brats_images("BraTS2021_00000"),
        },
        BraTS2021_00003={
            "patient": "BraTS2021_00003",
            "site": "TCGA-LGG",
            "grade": "LGG",
            "other_ids": "BraTS2021_00003",
            **brats_images("TCGA-LGG/BraTS2021_00003", ending=".nii"),
        },
    )
    assert list(reasons(problems, left_out=False)) == ["BraTS2021_MappingToTCIA.xlsx"]


def test_brats2021_knows_the_older_names(brats2021):
    (brats2021 / "BraTS21-17_Mapping.csv").write_text(EDITIONS_2021)
    found, _ = read(brats2021, "brats2021")
    ids = found.set_index("subject")["other_ids"]
    assert ids["BraTS2021_00005"] == "BraTS2021_00005 IvyGAP-39 BraTS20_Training_355"
    assert ids["BraTS2021_00000"].split()[2:] == [
        "Brats18_TCIA01_425_1",
        "BraTS19_TCIA01_425_1",
    ]


def test_brats2021_lists_its_table_alone(brats2021):
    found, _ = read(brats2021, "brats2021", images=False)
    assert len(found) == 7 and found["mask"].isna().all()


def test_brats2023_sheet(brats2023):
    found, problems = read(brats2023, "brats2023")
    root = "ASNR-MICCAI-BraTS2023-GLI-Challenge-TrainingData"
    images = {
        name: {
            modality: f"{root}/BraTS-GLI-{name}/BraTS-GLI-{name}-{suffix}.nii.gz"
            for modality, suffix in {
                **{"t1": "t1n", "t1ce": "t1c", "t2": "t2w"},
                **{"flair": "t2f", "mask": "seg"},
            }.items()
        }
        for name in ("00000-000", "00097-000", "00097-001")
    }
    shared = {"cohort": "brats2023", "follow_up": False, "skull": False}
    second = {"patient": "BraTS-GLI-00097", "other_ids": "BraTS2021_00097"}
    rows = {
        "BraTS-GLI-00000-000": {
            "patient": "BraTS-GLI-00000",
            "other_ids": "BraTS2021_00000",
            **images["00000-000"],
        },
        "BraTS-GLI-00097-000": second | images["00097-000"],
        "BraTS-GLI-00097-001": second | {"follow_up": True} | images["00097-001"],
    }
    assert problems.empty
    assert_sheet(found, brats2023, all={**shared, "labels": "1 2 3"}, **rows)


def test_brats2023_table_of_names_comes_before_the_number(brats2023):
    table = {
        "BraTS2023": ["BraTS-GLI-00000-000", None],
        "BraTS2021": ["BraTS2021_00003", "BraTS2021_00001"],
        "BraTS2020": ["BraTS20_Training_260", None],
        "Cohort Name (if publicly available)": ["TCGA-LGG", None],
    }
    path = brats2023 / "BraTS2023_2017_GLI_Mapping.xlsx"
    pd.DataFrame(table).to_excel(path, index=False)
    found, _ = read(brats2023, "brats2023")
    first = found.iloc[0]
    ids = "BraTS20_Training_260 BraTS2021_00003 BraTS-GLI-00000-000"
    assert first["other_ids"] == ids
    assert (first["site"], first["grade"]) == ("TCGA-LGG", "LGG")
    assert found["other_ids"].iloc[1] == "BraTS2021_00097"


def test_brats2023_without_images_is_nothing(tmp_path):
    brats2023_case(tmp_path / "BraTS-GLI-00000-000")
    with pytest.raises(ValueError, match="no clinical table.*`cohorts.brats2023"):
        read(tmp_path, "brats2023", images=False)
