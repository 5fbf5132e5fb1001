"""The readers of cohorts, on look-alike folders whose images are empty files."""

import os
from pathlib import Path

import pandas as pd
import pytest
from lookalikes import (
    IXI_TABLE,
    MAPPING_2020,
    UCSF_V2,
    UCSF_V5,
    brats_case,
    touch,
    ucsf_case,
    write_brats2019,
    write_brats2020,
    write_ixi,
    write_ucsf_pdgm,
)

from read_cohort import read_cohort
from regrade.tables import read_table, write_table

REAL = os.environ.get("REGRADE_DATA")
needs_real_data = pytest.mark.skipif(
    REAL is None, reason="REGRADE_DATA does not name the folder of real sample data"
)

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


@pytest.fixture
def ucsf_pdgm(tmp_path: Path) -> Path:
    write_ucsf_pdgm(tmp_path)
    return tmp_path


@pytest.fixture
def ixi(tmp_path: Path) -> Path:
    write_ixi(tmp_path)
    return tmp_path


def read(folder: Path, cohort: str, *, images: bool = True) -> tuple:
    """Read a cohort as the next step of the workflow will see it."""
    found, problems = read_cohort(folder, cohort=cohort, images=images)
    write_table(found, folder / "found.table", "found")
    write_table(problems, folder / "problems.table", "problems")
    found = read_table(folder / "found.table", "found").set_index("subject")
    return found, read_table(folder / "problems.table", "problems")


def reasons(problems: pd.DataFrame, *, left_out: bool) -> dict[str, str]:
    rows = problems[problems["left_out"] == left_out]
    return dict(zip(rows["subject"], rows["problem"], strict=True))


def test_brats2019_joins_folders_and_both_tables(brats2019):
    found, problems = read(brats2019, "brats2019")
    assert len(found) == 4 and problems.empty
    assert found["grade"].value_counts().to_dict() == {"HGG": 2, "LGG": 2}
    dead = found.loc["BraTS19_TCIA01_425_1"]
    assert (dead["survival_days"], dead["died"], dead["age"]) == (558, True, 56.5)
    assert dead["patient"] == "TCGA-02-0006" and dead["site"] == "TCIA01"
    assert dead["other_ids"] == "Brats17_TCIA_425_1 Brats18_TCIA01_425_1 TCGA-02-0006"
    assert dead["t1"].endswith("HGG/BraTS19_TCIA01_425_1/BraTS19_TCIA01_425_1_t1.nii")
    assert not Path(dead["t1"]).is_absolute() and (brats2019 / dead["t1"]).is_file()


def test_brats2019_survivors_are_censored_and_na_is_empty(brats2019):
    found, _ = read(brats2019, "brats2019")
    alive, unknown = found.loc[["BraTS19_CBICA_AAB_1", "BraTS19_2013_0_1"]].iloc
    assert (alive["survival_days"], alive["died"], alive["resection"]) == (
        361,
        False,
        "GTR",
    )
    assert alive["patient"] == "BraTS19_CBICA_AAB"
    assert unknown[["age", "survival_days", "died", "resection"]].isna().all()
    assert pd.isna(found.loc["BraTS19_TMC_06290_1", "other_ids"])


def test_brats2019_takes_the_grade_from_the_folder(brats2019):
    root = brats2019 / "Training" / "Training"
    (root / "HGG" / "BraTS19_CBICA_AAB_1").rename(root / "LGG" / "BraTS19_CBICA_AAB_1")
    brats_case(root / "HGG" / "BraTS19_CBICA_ZZZ_1", ending=".nii.gz")
    # The files of the moved case keep their names.
    found, problems = read(brats2019, "brats2019")
    assert found.loc["BraTS19_CBICA_AAB_1", "grade"] == "LGG"
    assert found.loc["BraTS19_CBICA_ZZZ_1", "grade"] == "HGG"
    assert found.loc["BraTS19_CBICA_ZZZ_1", "patient"] == "BraTS19_CBICA_ZZZ"
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
    assert list(found.index) == ["BraTS19_TCIA01_425_1"]
    assert reasons(problems, left_out=True) == {
        "BraTS19_2013_0_1": "The case folder lacks t1, mask.",
        "BraTS19_CBICA_AAB_1": NO_FOLDER,
        "BraTS19_TMC_06290_1": "The case folder is empty.",
    }


def test_brats2020_finds_the_oddly_named_mask(brats2020):
    found, problems = read(brats2020, "brats2020")
    assert problems.empty
    assert found["mask"]["BraTS20_Training_355"].endswith("/W39_1998.09.19_Segm.nii")
    assert list(found["grade"]) == ["HGG", "LGG", "HGG"]


def test_brats_patients_have_one_name_in_both_editions(brats2020):
    found, _ = read(brats2020, "brats2020")
    assert list(found["patient"]) == [
        "BraTS19_CBICA_AAB",
        "TCGA-DU-A6S8",
        "BraTS20_Training_355",
    ]
    assert (
        found["other_ids"]["BraTS20_Training_260"].split()[-1] == "BraTS19_TCIA10_637_1"
    )
    assert list(found["site"][:2]) == ["CBICA", "TCIA10"] and pd.isna(
        found["site"].iloc[2]
    )


def test_brats2020_case_without_row_is_left_out(brats2020):
    brats_case(brats2020 / "BraTS20_Training_369", ending=".nii.gz")
    _, problems = read(brats2020, "brats2020")
    assert reasons(problems, left_out=True) == {"BraTS20_Training_369": NO_ROW}


@pytest.mark.parametrize(("version", "table"), [(5, UCSF_V5), (2, UCSF_V2)])
def test_ucsf_follow_ups_belong_to_their_patients(ucsf_pdgm, version, table):
    (ucsf_pdgm / "UCSF-PDGM-metadata_v5.csv").unlink()
    (ucsf_pdgm / f"UCSF-PDGM-metadata_v{version}.csv").write_text(table)
    found, problems = read(ucsf_pdgm, "ucsf_pdgm")
    assert problems.empty
    assert found["patient"].to_dict() == {
        "UCSF-PDGM-0004": "UCSF-PDGM-0004",
        "UCSF-PDGM-0010": "UCSF-PDGM-0010",
        "UCSF-PDGM-0391": "UCSF-PDGM-0391",
        "UCSF-PDGM-0391_FU016d": "UCSF-PDGM-0391",
    }
    assert list(found["follow_up"]) == [False, False, False, True]


def test_ucsf_folders_of_the_first_releases_have_their_old_numbers(ucsf_pdgm):
    root = ucsf_pdgm / "PKG - UCSF-PDGM Version 5" / "UCSF-PDGM-v5"
    for path in (root / "UCSF-PDGM-0391_FU016d_nifti").iterdir():
        path.unlink()
    (root / "UCSF-PDGM-0391_FU016d_nifti").rmdir()
    ucsf_case(root, "0289")
    found, problems = read(ucsf_pdgm, "ucsf_pdgm")
    assert problems.empty
    assert found["t1"]["UCSF-PDGM-0391_FU016d"].endswith("UCSF-PDGM-0289_T1.nii.gz")


def test_ucsf_reads_its_table(ucsf_pdgm):
    found, _ = read(ucsf_pdgm, "ucsf_pdgm")
    first, second = found.iloc[0], found.iloc[1]
    assert (first["sex"], first["age"], first["grade"]) == ("M", 66, "4")
    assert (first["survival_days"], first["died"]) == (1303, True)
    assert (first["idh"], first["resection"]) == ("wildtype", "STR")
    assert first["other_ids"] == "BraTS2021_00097"
    assert second["idh"] == "mutant" and not second["died"]
    assert second[["survival_days", "other_ids"]].isna().all()
    assert pd.isna(found["idh"].iloc[2])


def test_ucsf_decoys_are_no_images(ucsf_pdgm):
    found, _ = read(ucsf_pdgm, "ucsf_pdgm")
    names = {
        name: Path(found[name].iloc[0]).name for name in ("t1", "t1ce", "t2", "mask")
    }
    assert names == {
        "t1": "UCSF-PDGM-0004_T1.nii.gz",
        "t1ce": "UCSF-PDGM-0004_T1c.nii.gz",
        "t2": "UCSF-PDGM-0004_T2.nii.gz",
        "mask": "UCSF-PDGM-0004_tumor_segmentation.nii.gz",
    }


def test_ucsf_notes_an_unfinished_download(ucsf_pdgm):
    case = ucsf_pdgm / "PKG - UCSF-PDGM Version 5/UCSF-PDGM-v5/UCSF-PDGM-0004_nifti"
    image = case / "UCSF-PDGM-0004_T1.nii.gz"
    image.rename(case / f"{image.name}.partial")
    _, problems = read(ucsf_pdgm, "ucsf_pdgm")
    assert reasons(problems, left_out=True) == {
        "UCSF-PDGM-0004": "The case folder lacks t1; an unfinished download left "
        "UCSF-PDGM-0004_T1.nii.gz.partial."
    }


def test_ucsf_prefers_the_newest_table(ucsf_pdgm):
    wrong = UCSF_V2.replace("UCSF-PDGM-004,M,66", "UCSF-PDGM-004,M,99")
    (ucsf_pdgm / "UCSF-PDGM-metadata_v2.csv").write_text(wrong)
    (ucsf_pdgm / "UCSF-PDGM-metadata_glossary.csv").write_text("Column,Meaning\n")
    found, _ = read(ucsf_pdgm, "ucsf_pdgm")
    assert found["age"]["UCSF-PDGM-0004"] == 66


def test_table_alone_is_enough_for_survival(tmp_path):
    (tmp_path / "UCSF-PDGM-metadata_v5.csv").write_text(UCSF_V5)
    found, problems = read(tmp_path, "ucsf_pdgm", images=False)
    assert len(found) == 4 and problems.empty
    assert found[["t1", "t1ce", "t2", "flair", "mask"]].isna().all(axis=None)


def test_ixi_repeated_rows_agree_or_are_left_empty(ixi):
    found, problems = read(ixi, "ixi")
    assert list(found["sex"][:3]) == ["F", "M", "F"] and pd.isna(found["sex"].iloc[3])
    assert list(found["age"].fillna(-1)) == [35.75, -1, 78.5, -1]
    assert reasons(problems, left_out=False) == {
        "IXI328-Guys-0889": "The rows in IXI.csv disagree on sex, age."
    }


def test_ixi_heads_are_healthy_with_their_skulls(ixi):
    found, _ = read(ixi, "ixi")
    assert set(found["grade"]) == {"healthy"} and found["skull"].all()
    assert list(found["patient"]) == ["IXI002", "IXI012", "IXI237", "IXI328"]
    assert list(found["site"]) == ["Guys", "HH", "IOP", "Guys"]
    assert found["t1"].iloc[0] == "IXI-T1/IXI002-Guys-0828-T1.nii.gz"
    assert found[["mask", "t1ce", "died"]].isna().all(axis=None)


def test_ixi_table_may_lie_beside_the_images(ixi):
    found, _ = read(ixi / "IXI-T1", "ixi")
    assert found["t1"].iloc[0] == "IXI002-Guys-0828-T1.nii.gz"
    assert found["age"].iloc[0] == 35.75


def test_ixi_unlisted_person_is_kept_and_unfinished_head_left_out(ixi):
    touch(ixi / "IXI-T1" / "IXI999-HH-0001-T1.nii.gz")
    touch(ixi / "IXI-T1" / "IXI998-HH-0001-T1.nii.gz.partial")
    found, problems = read(ixi, "ixi")
    assert (
        pd.isna(found["age"]["IXI999-HH-0001"]) and "IXI998-HH-0001" not in found.index
    )
    unlisted = reasons(problems, left_out=False)["IXI999-HH-0001"]
    assert unlisted == "Its person has no row in IXI.csv."
    assert list(reasons(problems, left_out=True)) == ["IXI998-HH-0001"]


def test_wrong_folder_names_the_key_to_change(tmp_path):
    (tmp_path / "IXI.csv").write_text(IXI_TABLE)
    with pytest.raises(ValueError, match=r"looked for IXI002.*`cohorts\.ixi\.folder`"):
        read_cohort(tmp_path, cohort="ixi", images=True)
    with pytest.raises(ValueError, match=r"no folder .*`cohorts\.ixi\.folder`"):
        read_cohort(tmp_path / "nowhere", cohort="ixi", images=True)


def test_tables_without_cases_name_the_key_to_change(brats2019):
    (brats2019 / "Training" / "Training" / "HGG").rename(brats2019 / "GBM")
    (brats2019 / "Training" / "Training" / "LGG").rename(brats2019 / "LGM")
    with pytest.raises(ValueError, match=r"no case folder.*cohorts\.brats2019\.folder"):
        read_cohort(brats2019, cohort="brats2019", images=True)


def test_unknown_cohort_lists_the_known(tmp_path):
    with pytest.raises(ValueError, match="'brats2018'.*known are.*brats2019"):
        read_cohort(tmp_path, cohort="brats2018", images=True)


def test_missing_table_is_named(brats2020):
    (brats2020 / "survival_info.csv").unlink()
    with pytest.raises(ValueError, match=r"survival_info\.csv.*`folder`"):
        read_cohort(brats2020, cohort="brats2020", images=True)


def test_two_editions_in_one_folder_are_refused(brats2020):
    (brats2020 / "copy").mkdir()
    (brats2020 / "copy" / "name_mapping.csv").write_text(MAPPING_2020)
    with pytest.raises(ValueError, match="2 tables may be meant"):
        read_cohort(brats2020, cohort="brats2020", images=True)


def test_repeated_row_of_a_table_is_refused(brats2020):
    row = MAPPING_2020.splitlines()[1]
    (brats2020 / "name_mapping.csv").write_text(f"{MAPPING_2020}{row}\n")
    with pytest.raises(ValueError, match="more than one row for BraTS20_Training_001"):
        read_cohort(brats2020, cohort="brats2020", images=True)


@needs_real_data
@pytest.mark.parametrize("version", [2, 5])
def test_real_ucsf_table_has_the_published_cohort(tmp_path, version):
    name = f"UCSF-PDGM-metadata_v{version}.csv"
    (tmp_path / name).write_bytes((Path(REAL) / "UCSF-PDGM" / name).read_bytes())
    found, problems = read(tmp_path, "ucsf_pdgm", images=False)
    patients = found[~found["follow_up"]]
    assert (len(found), len(patients), patients["patient"].nunique()) == (501, 495, 495)
    assert patients["grade"].value_counts().to_dict() == {"4": 396, "2": 56, "3": 43}
    assert patients["sex"].value_counts().to_dict() == {"M": 296, "F": 199}
    assert round(patients["age"].mean(), 2) == 56.87
    assert round(patients["survival_days"].mean(), 1) == 573.9
    assert patients["survival_days"].isna().sum() == 1
    assert found["idh"].value_counts().to_dict() == {"wildtype": 398, "mutant": 103}
    assert problems.empty


@needs_real_data
def test_real_brats2019_sample():
    folder = Path(REAL) / "MICCAI_BraTS_2019_Data_Training"
    found, problems = read_cohort(folder, cohort="brats2019", images=True)
    assert found["grade"].value_counts().to_dict() == {"HGG": 9, "LGG": 4}
    assert found["survival_days"].notna().sum() == 6 and problems.empty


@needs_real_data
def test_real_ixi_sample_and_table():
    heads, _ = read_cohort(Path(REAL), cohort="ixi", images=True)
    assert len(heads) == 37 and set(heads["site"]) == {"HH"}
    people, problems = read_cohort(Path(REAL), cohort="ixi", images=False)
    assert len(people) == 593
    assert reasons(problems, left_out=False) == {
        "IXI219": "The rows in IXI.xls disagree on age.",
        "IXI328": "The rows in IXI.xls disagree on sex, age.",
    }
