"""All readers together: their errors, and one patient in several cohorts."""

import os
from pathlib import Path

import pandas as pd
import pytest
from lookalikes import (
    EDITIONS_2021,
    IXI_TABLE,
    touch,
    write_brats2019,
    write_brats2020,
    write_brats2021,
    write_brats2023,
    write_ucsf_pdgm,
)
from reading import read

from read_cohort import first_of_each_grade, read_cohort
from regrade.cohorts import READERS
from select_subjects import link_patients

EDITIONS = {
    "brats2019": write_brats2019,
    "brats2020": write_brats2020,
    "brats2021": write_brats2021,
    "brats2023": write_brats2023,
    "ucsf_pdgm": write_ucsf_pdgm,
}


def pooled(folder: Path) -> pd.Series:
    """Give the linked patient of each subject, "cohort/subject", of all editions."""
    sheets = []
    for name, write in EDITIONS.items():
        (folder / name).mkdir()
        write(folder / name)
        if name == "brats2021":
            (folder / name / "BraTS21-17_Mapping.csv").write_text(EDITIONS_2021)
        sheets.append(read(folder / name, name)[0].assign(content=None))
    subjects = pd.concat(sheets, ignore_index=True)
    return link_patients(subjects).set_axis(
        subjects["cohort"] + "/" + subjects["subject"]
    )


def test_a_patient_is_one_in_all_editions(tmp_path):
    patients = pooled(tmp_path)
    groups = patients.groupby(patients).apply(lambda rows: sorted(rows.index))
    assert sorted(rows for rows in groups if len(rows) > 1) == [
        ["brats2019/BraTS19_CBICA_AAB_1", "brats2020/BraTS20_Training_001"],
        [
            "brats2019/BraTS19_TCIA01_425_1",
            "brats2021/BraTS2021_00000",
            "brats2023/BraTS-GLI-00000-000",
        ],
        ["brats2020/BraTS20_Training_260", "brats2021/BraTS2021_00003"],
        ["brats2020/BraTS20_Training_355", "brats2021/BraTS2021_00005"],
        [
            "brats2021/BraTS2021_00097",
            "brats2023/BraTS-GLI-00097-000",
            "brats2023/BraTS-GLI-00097-001",
            "ucsf_pdgm/UCSF-PDGM-0004",
        ],
        ["ucsf_pdgm/UCSF-PDGM-0391", "ucsf_pdgm/UCSF-PDGM-0391_FU016d"],
    ]


def test_same_names_in_two_folders_are_two_people(tmp_path):
    sheets = []
    for cohort in ("north", "south"):
        touch(tmp_path / cohort / "sub-01" / "anat" / "sub-01_T1w.nii.gz")
        found, _ = read_cohort(
            tmp_path / cohort, cohort=cohort, reader="bids", images=True, skull=None
        )
        sheets.append(found.assign(content=None))
    patients = link_patients(pd.concat(sheets, ignore_index=True))
    assert list(patients) == ["north_sub-01", "south_sub-01"]


@pytest.mark.parametrize("name", sorted(READERS))
def test_every_reader_follows_the_protocol(tmp_path, name):
    assert READERS[name].LAYOUT and READERS[name].read.__doc__
    with pytest.raises(ValueError, match=r"`cohorts\.mine\.folder`.*config\.yaml"):
        read_cohort(tmp_path, cohort="mine", reader=name, images=True, skull=None)


def test_wrong_folder_names_the_key_to_change(tmp_path):
    (tmp_path / "IXI.csv").write_text(IXI_TABLE)
    as_ixi = {"cohort": "heads", "reader": "ixi", "images": True, "skull": None}
    with pytest.raises(ValueError, match=r"looked for IXI002.*cohorts\.heads\.folder"):
        read_cohort(tmp_path, **as_ixi)
    with pytest.raises(ValueError, match=r"no folder .*`cohorts\.heads\.folder`"):
        read_cohort(tmp_path / "nowhere", **as_ixi)


def test_tables_without_cases_name_the_key_to_change(tmp_path):
    write_brats2019(tmp_path)
    (tmp_path / "Training" / "Training" / "HGG").rename(tmp_path / "GBM")
    (tmp_path / "Training" / "Training" / "LGG").rename(tmp_path / "LGM")
    with pytest.raises(ValueError, match=r"no case folder.*cohorts\.brats2019\.folder"):
        read(tmp_path, "brats2019")


def test_missing_table_is_named(tmp_path):
    write_brats2020(tmp_path)
    (tmp_path / "survival_info.csv").unlink()
    with pytest.raises(ValueError, match=r"survival_info\.csv.*brats2020\.folder"):
        read(tmp_path, "brats2020")


def test_unknown_reader_lists_the_known(tmp_path):
    with pytest.raises(ValueError, match="'brats2018'; known are.*brats2019.*reader`"):
        read(tmp_path, "brats2018")


def test_cohort_may_have_a_name_of_its_own_and_say_that_skulls_show(tmp_path):
    write_ucsf_pdgm(tmp_path)
    settings = {"cohort": "ucsf_raw", "reader": "ucsf_pdgm", "images": True}
    for skull, expected in ((None, False), (True, True), (False, False)):
        found, _ = read_cohort(tmp_path, skull=skull, **settings)
        assert set(found["cohort"]) == {"ucsf_raw"}
        assert set(found["skull"]) == {expected}


def test_each_case_folder_is_looked_into_once(tmp_path, monkeypatch):
    write_brats2020(tmp_path)
    looked, scandir = [], os.scandir

    def scan(path):
        looked.append(Path(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scan)
    found, _ = read(tmp_path, "brats2020")
    cases = sorted(path for path in looked if "Training_" in path.name)
    assert cases == [tmp_path / name for name in found["subject"]]


def test_smoke_run_keeps_the_first_of_each_grade():
    found = pd.DataFrame({"subject": list("abcde"), "grade": ["2", "4", "4", "2", "4"]})
    assert list(first_of_each_grade(found, 2)["subject"]) == list("abcd")
    assert first_of_each_grade(found, None) is found
