import filecmp
import re

import nibabel as nib
import numpy as np
import pandas as pd
import pytest

from make_demo_cohort import write_cohort
from regrade.phantom_files import glioma_grid
from regrade.phantom_tables import draw_person
from regrade.phantoms import draw_subject, generator, grid_points

GLIOMA_AFFINE = [[-8, 0, 0, 0], [0, -8, 0, 239], [0, 0, 8, 0], [0, 0, 0, 1]]
SUBJECTS = {
    "brats2019": {"HGG": 5, "LGG": 3},
    "brats2020": {"HGG": 4, "LGG": 2},
    "ucsf_pdgm": {"2": 2, "3": 2, "4": 3},
    "ixi": {"healthy": 5},
}


def write(folder, cohort, **changes):
    settings = {
        "subjects": SUBJECTS[cohort],
        "spacing": 8,
        "head_spacing": [6, 6, 7.2],
        "seed": 1,
    }
    write_cohort(str(folder), cohort=cohort, **(settings | changes))
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    return {name: write(tmp_path_factory.mktemp(name), name) for name in SUBJECTS}


def read(path):
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def check_glioma_grid(image, dtype):
    assert image.shape == (30, 30, 19)
    assert image.get_data_dtype() == dtype
    assert (image.affine == GLIOMA_AFFINE).all()
    assert nib.aff2axcodes(image.affine) == ("L", "P", "S")


def test_brats2019_files(folders):
    root = folders["brats2019"] / "MICCAI_BraTS_2019_Data_Training"
    cases = sorted(root.glob("[HL]GG/*"))
    assert len(cases) == 8
    for case in cases:
        names = {
            f"{case.name}_{m}.nii.gz" for m in ("flair", "seg", "t1", "t1ce", "t2")
        }
        assert {path.name for path in case.iterdir()} == names
        check_glioma_grid(nib.load(case / f"{case.name}_t1ce.nii.gz"), np.int16)
        mask = nib.load(case / f"{case.name}_seg.nii.gz")
        check_glioma_grid(mask, np.uint8)
        assert set(np.unique(mask.dataobj)) <= {0, 1, 2, 4}
    families = {re.match(r"BraTS19_([A-Z]+|2013)", case.name)[1] for case in cases}
    assert families == {"CBICA", "TCIA", "2013", "TMC"}
    assert any(re.fullmatch(r"BraTS19_TMC_0\d{4}_1", case.name) for case in cases)


def test_brats2019_tables(folders):
    root = folders["brats2019"] / "MICCAI_BraTS_2019_Data_Training"
    header = (root / "name_mapping.csv").read_text().splitlines()[0]
    assert header == (
        "Grade,BraTS_2017_subject_ID,BraTS_2018_subject_ID,"
        "TCGA_TCIA_subject_ID,BraTS_2019_subject_ID"
    )
    names = read(root / "name_mapping.csv")
    listed = set(names["Grade"] + "/" + names["BraTS_2019_subject_ID"])
    assert listed == {f"{p.parent.name}/{p.name}" for p in root.glob("[HL]GG/*")}
    assert "NA" in set(names["TCGA_TCIA_subject_ID"])
    header = (root / "survival_data.csv").read_text().splitlines()[0]
    assert header == "BraTS19ID,Age,Survival,ResectionStatus"
    survival = read(root / "survival_data.csv").set_index("BraTS19ID")
    assert len(survival) == 5
    unknown = survival[survival.index.str.contains("_2013_")]
    assert unknown.to_numpy().tolist() == [["NA", "NA", "NA"]]
    assert (survival["Survival"] == "ALIVE (361 days later)").sum() == 1
    assert survival["Survival"].str.fullmatch(r"\d+").sum() == 3


def test_brats2020_files_and_tables(folders):
    root = folders["brats2020"] / "MICCAI_BraTS2020_TrainingData"
    cases = sorted(path for path in root.iterdir() if path.is_dir())
    numbers = ["001", "002", "003", "260", "261", "355"]
    assert [case.name for case in cases] == [f"BraTS20_Training_{n}" for n in numbers]
    for case in cases:
        assert len(list(case.glob("*.nii"))) == len(list(case.iterdir())) == 5
        check_glioma_grid(nib.load(case / f"{case.name}_t2.nii"), np.int16)
    assert (cases[-1] / "W39_1998.09.19_Segm.nii").exists()
    assert not (cases[-1] / "BraTS20_Training_355_seg.nii").exists()
    names = read(root / "name_mapping.csv").set_index("BraTS_2020_subject_ID")
    assert names.shape == (6, 5)
    assert (names.loc["BraTS20_Training_355"].iloc[1:] == "NA").all()
    assert names.loc["BraTS20_Training_260", "Grade"] == "LGG"
    header = (root / "survival_info.csv").read_text().splitlines()[0]
    assert header == "Brats20ID,Age,Survival_days,Extent_of_Resection"
    survival = read(root / "survival_info.csv")
    assert [name[-3:] for name in survival["Brats20ID"]] == ["001", "002", "355"]


def test_brats2020_holds_the_scans_of_2019_under_new_names(folders):
    old = folders["brats2019"] / "MICCAI_BraTS_2019_Data_Training"
    new = folders["brats2020"] / "MICCAI_BraTS2020_TrainingData"
    names = read(new / "name_mapping.csv")
    row = names[names["BraTS_2020_subject_ID"] == "BraTS20_Training_002"].iloc[0]
    name = row["BraTS_2019_subject_ID"]
    first = nib.load(old / "HGG" / name / f"{name}_t1.nii.gz")
    second = nib.load(new / "BraTS20_Training_002/BraTS20_Training_002_t1.nii")
    assert (np.asarray(first.dataobj) == np.asarray(second.dataobj)).all()


def test_brats2020_without_hgg_has_no_case_355(tmp_path):
    root = write(tmp_path, "brats2020", subjects={"LGG": 1})
    cases = [path.name for path in root.glob("*/BraTS20*")]
    assert cases == ["BraTS20_Training_260"]


def test_ucsf_pdgm_files(folders):
    root = folders["ucsf_pdgm"] / "UCSF-PDGM-v5"
    exams = [path.name for path in root.iterdir()]
    numbers = ["0004", "0005", "0006", "0008", "0009", "0009_FU003d", "0010", "0012"]
    broken = "0013"
    assert set(exams) == {f"UCSF-PDGM-{n}_nifti" for n in [*numbers, broken]}
    for number in numbers:
        stem = f"UCSF-PDGM-{number}"
        for suffix in ("T1", "T1c", "T2", "FLAIR"):
            image = nib.load(root / f"{stem}_nifti/{stem}_{suffix}.nii.gz")
            check_glioma_grid(image, np.int16)
            assert image.dataobj.slope not in (0, 1)
            assert image.dataobj.inter != 0
            values = image.get_fdata()
            assert values.min() == 0
            assert 0.8 < (values == 0).mean() < 0.9
        mask = nib.load(root / f"{stem}_nifti/{stem}_tumor_segmentation.nii.gz")
        check_glioma_grid(mask, np.uint8)
        brain = nib.load(root / f"{stem}_nifti/{stem}_brain_segmentation.nii.gz")
        assert np.unique(brain.get_fdata()).round(10).tolist() == [0, 0.9999999998]
        assert ((brain.get_fdata() > 0.5) == (values > 0)).all()
    names = [path.name for path in (root / f"UCSF-PDGM-{broken}_nifti").iterdir()]
    assert names == [f"UCSF-PDGM-{broken}_T1.nii.gz.partial"]


def test_ucsf_pdgm_decoys(folders):
    case = folders["ucsf_pdgm"] / "UCSF-PDGM-v5/UCSF-PDGM-0004_nifti"
    names = {path.name.removeprefix("UCSF-PDGM-0004_") for path in case.glob("*T1*")}
    assert names == {f"{s}.nii.gz" for s in ("T1", "T1_bias", "T1c", "T1c_bias")}
    diffusion = nib.load(case / "UCSF-PDGM-0004_DTI_eddy_noreg.nii.gz")
    assert diffusion.ndim == 4


def test_ucsf_pdgm_follow_up_is_another_scan_of_the_same_patient(folders):
    root = folders["ucsf_pdgm"] / "UCSF-PDGM-v5"
    values = [
        nib.load(root / f"{stem}_nifti/{stem}_tumor_segmentation.nii.gz").get_fdata()
        for stem in ("UCSF-PDGM-0009", "UCSF-PDGM-0009_FU003d")
    ]
    assert (values[0] != values[1]).any()
    first, second = ((v > 0).sum() for v in values)
    assert first == pytest.approx(second, rel=0.15)


def test_ucsf_pdgm_table(folders):
    path = folders["ucsf_pdgm"] / "UCSF-PDGM-metadata_v5.csv"
    text = path.read_text()
    assert text.splitlines()[0] == (
        "ID,Sex,Age at MRI,WHO CNS Grade,Final pathologic diagnosis (WHO 2021),"
        "MGMT status,MGMT index,1p/19q,IDH,1-dead 0-alive,OS,EOR,"
        "Biopsy prior to imaging,BraTS21 ID,BraTS21 Segmentation Cohort,"
        "BraTS21 MGMT Cohort"
    )
    assert '"Glioblastoma, IDH-wildtype"' in text
    table = read(path).set_index("ID")
    assert "UCSF-PDGM-0009_FU003d" in table.index
    assert table.drop("UCSF-PDGM-0009_FU003d").index.str.fullmatch(r".*-\d{3}").all()
    labels = table.columns[:12]
    repeated = table.loc["UCSF-PDGM-0009_FU003d", labels]
    assert (table.loc["UCSF-PDGM-009", labels] == repeated).all()
    assert table.index[table["OS"] == ""].tolist() == ["UCSF-PDGM-012"]
    assert table.loc["UCSF-PDGM-012", "WHO CNS Grade"] == "4"
    assert {"unknown", "indeterminate"} < {*table["MGMT status"], *table["MGMT index"]}
    assert "Co-deletion" in set(table["1p/19q"])
    assert {"", "Training"} == set(table["BraTS21 Segmentation Cohort"])


def test_grade_2_mostly_lives_and_grade_4_mostly_dies():
    def share_dead(group):
        people = [draw_person(generator(0, group, n), group) for n in range(200)]
        return np.mean([person.died for person in people])

    assert share_dead("2") < 0.35
    assert share_dead("2") < share_dead("3") < share_dead("4")
    assert 0.5 < share_dead("4") < 0.95


def test_ixi_files(folders):
    files = sorted((folders["ixi"] / "IXI-T1").iterdir())
    pattern = re.compile(r"IXI(\d{3})-(Guys|HH|IOP)-(\d{4})-T1\.nii\.gz")
    assert {pattern.fullmatch(path.name)[2] for path in files} == {"Guys", "HH", "IOP"}
    for path in files:
        image = nib.load(path)
        assert image.shape == (40, 40, 24 if "IOP" in path.name else 25)
        assert image.header.get_zooms() == pytest.approx([6, 6, 7.2])
        assert nib.aff2axcodes(image.affine) == ("P", "S", "R")
        assert image.get_data_dtype() == np.int16
        middle = nib.affines.apply_affine(image.affine, (np.array(image.shape) - 1) / 2)
        assert np.abs(middle).max() < 20


def test_ixi_table(folders):
    table = read(folders["ixi"] / "IXI.csv")
    assert table.columns.tolist() == [
        *("IXI_ID", "SEX_ID (1=m, 2=f)", "HEIGHT", "WEIGHT", "ETHNIC_ID"),
        *("MARITAL_ID", "OCCUPATION_ID", "QUALIFICATION_ID", "DOB"),
        *("DATE_AVAILABLE", "STUDY_DATE", "AGE"),
    ]
    assert table["IXI_ID"].tolist() == ["1", "2", "5", "5", "8", "8", "14"]
    assert table.loc[0, "AGE"] == ""
    zeroed, other = table.loc[3], table.loc[5]
    assert zeroed["HEIGHT"] == "0"
    assert zeroed["AGE"] == table.loc[2, "AGE"]
    assert other["SEX_ID (1=m, 2=f)"] != table.loc[4, "SEX_ID (1=m, 2=f)"]
    assert other["AGE"] != table.loc[4, "AGE"]
    assert (folders["ixi"] / "IXI-T1/IXI011-Guys-0831-T1.nii.gz").exists()


def test_the_closed_form_of_a_written_tumour_can_be_drawn_again(tmp_path):
    write(tmp_path, "brats2019", subjects={"LGG": 1}, spacing=4)
    mask = nib.load(next(tmp_path.rglob("*_seg.nii.gz")))
    subject = draw_subject(generator(1, "BraTS", "LGG", 0), "LGG")
    inside = np.asarray(mask.dataobj).ravel() > 0
    volume = inside.sum() * 64
    assert volume == pytest.approx(subject.tumour.volume_mm3, rel=0.05)
    centre = grid_points(*glioma_grid(4))[inside].mean(axis=0)
    expected = subject.centre_mm + subject.tumour.centre_mm
    assert centre == pytest.approx(expected, abs=0.5)


def test_a_seed_gives_the_same_images_however_many_there_are(tmp_path, folders):
    again = write(tmp_path / "again", "brats2020", subjects={"HGG": 3, "LGG": 1})
    other = write(tmp_path / "other", "brats2020", subjects={"HGG": 2}, seed=2)
    name = "MICCAI_BraTS2020_TrainingData/BraTS20_Training_001/{}_t1.nii"
    name = name.format("BraTS20_Training_001")
    first = folders["brats2020"] / name
    assert filecmp.cmp(first, again / name, shallow=False)
    assert not filecmp.cmp(first, other / name, shallow=False)


def test_unknown_cohorts_and_groups_are_named(tmp_path):
    with pytest.raises(ValueError, match="no demo of the cohort 'brats2030'"):
        write_cohort(
            str(tmp_path),
            cohort="brats2030",
            subjects={},
            spacing=8,
            head_spacing=[6, 6, 7],
            seed=1,
        )
    with pytest.raises(ValueError, match=r"no place for \{'healthy': 1\}"):
        write(tmp_path, "brats2019", subjects={"HGG": 1, "healthy": 1})
    with pytest.raises(ValueError, match=r"no place for \{'LGG': 77\}"):
        write(tmp_path, "brats2020", subjects={"LGG": 77})


def test_grades_may_come_as_numbers(tmp_path):
    write(tmp_path, "ucsf_pdgm", subjects={2: 1})
    assert (tmp_path / "UCSF-PDGM-v5/UCSF-PDGM-0004_nifti").exists()
