"""The readers of single hospitals' cohorts, on look-alike folders of empty images."""

from pathlib import Path

import pytest
from lookalikes import (
    UCSF_ROOT,
    UCSF_V2,
    UCSF_V5,
    UPENN_TABLE,
    ucsf_case,
    ucsf_images,
    write_ucsf_pdgm,
    write_upenn_gbm,
    write_utsw_glioma,
)
from reading import assert_sheet, read, reasons

UPENN_ROOT = "UPENN-GBM/NIfTI-files"
FOLLOW_UP = "UCSF-PDGM-0391_FU016d"


@pytest.fixture
def ucsf_pdgm(tmp_path: Path) -> Path:
    write_ucsf_pdgm(tmp_path)
    return tmp_path


@pytest.fixture
def upenn_gbm(tmp_path: Path) -> Path:
    write_upenn_gbm(tmp_path)
    return tmp_path


@pytest.fixture
def utsw_glioma(tmp_path: Path) -> Path:
    write_utsw_glioma(tmp_path)
    return tmp_path


@pytest.mark.parametrize(("version", "table"), [("_v5", UCSF_V5), ("_v2", UCSF_V2)])
def test_ucsf_sheet(ucsf_pdgm, version, table):
    (ucsf_pdgm / "UCSF-PDGM-metadata_v5.csv").unlink()
    (ucsf_pdgm / f"UCSF-PDGM-metadata{version}.csv").write_text(table)
    found, problems = read(ucsf_pdgm, "ucsf_pdgm")
    twice = {
        "patient": "UCSF-PDGM-0391",
        "grade": "4",
        "sex": "F",
        "age": 59,
        "survival_days": 711,
        "died": False,
        "resection": "GTR",
    }
    rows = {
        "UCSF-PDGM-0004": {
            "patient": "UCSF-PDGM-0004",
            "grade": "4",
            "sex": "M",
            "age": 66,
            "survival_days": 1303,
            "died": True,
            "resection": "STR",
            "idh": "wildtype",
            "other_ids": "BraTS2021_00097",
            **ucsf_images("0004"),
        },
        "UCSF-PDGM-0010": {
            "patient": "UCSF-PDGM-0010",
            "grade": "2",
            "sex": "F",
            "age": 31,
            "died": False,
            "resection": "biopsy",
            "idh": "mutant",
            **ucsf_images("0010"),
        },
        "UCSF-PDGM-0391": {**twice, **ucsf_images("0391")},
        FOLLOW_UP: {**twice, "follow_up": True, **ucsf_images("0391_FU016d")},
        "UCSF-PDGM-0540": {
            "patient": "UCSF-PDGM-0540",
            "grade": "3",
            "sex": "M",
            "age": 40,
            "survival_days": 2000,
            "died": False,
            "resection": "GTR",
            "idh": "mutant",
            **ucsf_images("0540"),
        },
    }
    shared = {"cohort": "ucsf_pdgm", "site": "UCSF", "follow_up": False, "skull": False}
    assert problems.empty
    assert_sheet(found, ucsf_pdgm, all=shared, **rows)


def remove(case: Path) -> None:
    for path in case.iterdir():
        path.unlink()
    case.rmdir()


def test_ucsf_folders_of_the_first_releases_have_their_old_numbers(ucsf_pdgm):
    remove(ucsf_pdgm / UCSF_ROOT / f"{FOLLOW_UP}_nifti")
    ucsf_case(ucsf_pdgm / UCSF_ROOT, "0289")
    found, problems = read(ucsf_pdgm, "ucsf_pdgm")
    assert problems.empty
    path = found.set_index("subject")["t1"][FOLLOW_UP]
    assert path.endswith("UCSF-PDGM-0289_nifti/UCSF-PDGM-0289_T1.nii.gz")


def test_ucsf_examination_of_two_releases_is_refused(ucsf_pdgm):
    ucsf_case(ucsf_pdgm / "UCSF-PDGM-v2", "0289")
    with pytest.raises(ValueError, match=f"are one examination, {FOLLOW_UP}"):
        read(ucsf_pdgm, "ucsf_pdgm")


def test_ucsf_notes_what_a_stopped_download_left(ucsf_pdgm):
    for number in ("0004", "0010", "0391"):
        case = ucsf_pdgm / UCSF_ROOT / f"UCSF-PDGM-{number}_nifti"
        image = case / f"UCSF-PDGM-{number}_T1.nii.gz"
        if number == "0004":
            image.rename(image.with_name(f"{image.name}.partial"))
        elif number == "0010":
            image.with_name(f"{image.name}.aspera-ckpt").touch()
        else:
            remove(case)
            case.mkdir()
    _, problems = read(ucsf_pdgm, "ucsf_pdgm")
    left = "The case folder lacks t1; an unfinished download left"
    assert reasons(problems, left_out=True) == {
        "UCSF-PDGM-0004": f"{left} UCSF-PDGM-0004_T1.nii.gz.partial.",
        "UCSF-PDGM-0010": f"{left} UCSF-PDGM-0010_T1.nii.gz.aspera-ckpt.",
        "UCSF-PDGM-0391": "The case folder is empty.",
    }


def test_ucsf_prefers_the_newest_table(ucsf_pdgm):
    wrong = UCSF_V2.replace("UCSF-PDGM-004,M,66", "UCSF-PDGM-004,M,99")
    (ucsf_pdgm / "UCSF-PDGM-metadata_v2.csv").write_text(wrong)
    (ucsf_pdgm / "UCSF-PDGM-metadata.csv").write_text(wrong)
    (ucsf_pdgm / "UCSF-PDGM-metadata_glossary.csv").write_text("Column,Meaning\n")
    found, _ = read(ucsf_pdgm, "ucsf_pdgm")
    assert found["age"].iloc[0] == 66


def test_ucsf_table_alone_is_enough_for_survival(tmp_path):
    (tmp_path / "UCSF-PDGM-metadata_v5.csv").write_text(UCSF_V5)
    found, problems = read(tmp_path, "ucsf_pdgm", images=False)
    assert len(found) == 5 and problems.empty
    assert found[["t1", "t1ce", "t2", "flair", "mask", "labels"]].isna().all(axis=None)


@pytest.mark.parametrize("version", [2, 5])
def test_real_ucsf_table_has_the_published_cohort(tmp_path, version, real_data):
    name = f"UCSF-PDGM-metadata_v{version}.csv"
    (tmp_path / name).write_bytes((real_data / "UCSF-PDGM" / name).read_bytes())
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


@pytest.mark.parametrize("version", [2, 5])
def test_real_ucsf_follow_ups_are_those_of_their_patients(tmp_path, version, real_data):
    name = f"UCSF-PDGM-metadata_v{version}.csv"
    (tmp_path / name).write_bytes((real_data / "UCSF-PDGM" / name).read_bytes())
    found, _ = read(tmp_path, "ucsf_pdgm", images=False)
    later = found[found["follow_up"]].set_index("patient")
    first = found[~found["follow_up"]].set_index("patient").loc[later.index]
    numbers = [name.removeprefix("UCSF-PDGM-0") for name in sorted(later["subject"])]
    assert numbers == [
        "391_FU016d",
        "396_FU175d",
        "409_FU001d",
        "429_FU003d",
        "431_FU001d",
        "433_FU007d",
    ]
    facts = ["grade", "sex", "age", "survival_days", "died"]
    assert later[facts].equals(first[facts])


def upenn_images(scan: str, *, ending: str = "", mask: str | None) -> dict[str, str]:
    place = f"{UPENN_ROOT}/images_structural{ending}/{scan}/{scan}"
    suffixes = {"t1": "T1", "t1ce": "T1GD", "t2": "T2", "flair": "FLAIR"}
    paths = {m: f"{place}_{suffix}{ending}.nii.gz" for m, suffix in suffixes.items()}
    if mask is None:
        return paths
    return {**paths, "mask": f"{UPENN_ROOT}/{mask}.nii.gz", "labels": "1 2 4"}


def upenn_rows(ending: str) -> dict[str, dict]:
    """Give what the sheet should say of the look-alike scans, given their kind."""
    auto = "automated_segm/{0}_automated_approx_segm"
    first, later, second, third, last = (
        f"UPENN-GBM-{name}"
        for name in ("00001_11", "00001_21", "00002_11", "00003_11", "00260_11")
    )
    facts = {
        first: {"sex": "F", "age": 50.5, "survival_days": 400, "died": True},
        later: {"sex": "F", "age": 51.5, "follow_up": True},
        second: {"sex": "M", "age": 60, "survival_days": 900, "died": False},
        third: {"sex": "M", "age": 70, "survival_days": 30, "died": False},
        last: {"sex": "F", "age": 65},
    }
    facts[first] |= {"idh": "wildtype", "resection": "GTR"}
    facts[second] |= {"idh": "mutant"}
    facts[third] |= {"resection": "GTR"}
    facts[last] |= {"idh": "wildtype"}
    masks = {scan: auto.format(scan) for scan in (first, third, last)}
    masks[second] = f"images_segm/{second}_segm"
    return {
        scan: {
            "patient": scan[:-3],
            **cells,
            **upenn_images(scan, ending=ending, mask=masks.get(scan)),
        }
        for scan, cells in facts.items()
    }


UPENN = {"cohort": "upenn_gbm", "site": "UPENN", "follow_up": False, "grade": "4"}


def test_upenn_sheet(upenn_gbm):
    found, problems = read(upenn_gbm, "upenn_gbm")
    rows = upenn_rows(ending="")
    assert_sheet(found, upenn_gbm, all={**UPENN, "skull": False}, **rows)
    assert problems.to_numpy().tolist() == [
        ["UPENN-GBM-00260_11", False, "The date of death is uncertain."]
    ]


def test_upenn_heads_are_taken_where_only_they_are(upenn_gbm):
    root = upenn_gbm / UPENN_ROOT
    (root / "images_structural").rename(upenn_gbm.parent / f"{upenn_gbm.name}_away")
    found, _ = read(upenn_gbm, "upenn_gbm")
    rows = upenn_rows(ending="_unstripped")
    assert_sheet(found, upenn_gbm, all={**UPENN, "skull": True}, **rows)


def test_upenn_first_scan_needs_its_mask(upenn_gbm):
    name = "UPENN-GBM-00001_11_automated_approx_segm.nii.gz"
    (upenn_gbm / UPENN_ROOT / "automated_segm" / name).unlink()
    _, problems = read(upenn_gbm, "upenn_gbm")
    assert reasons(problems, left_out=True) == {
        "UPENN-GBM-00001_11": "The scan lacks its mask."
    }


def test_upenn_unknown_status_is_refused(upenn_gbm):
    wrong = UPENN_TABLE.replace("Lost to Follow-up", "Missing")
    (upenn_gbm / "UPENN-GBM_clinical_info_v2.1.csv").write_text(wrong)
    with pytest.raises(ValueError, match="status holds 'Missing'; known are"):
        read(upenn_gbm, "upenn_gbm")


def test_utsw_sheet(utsw_glioma):
    found, problems = read(utsw_glioma, "utsw_glioma")
    root = "PKG - UTSW-Glioma/UTSW-Glioma"
    rows = {
        "BT0001": {
            "patient": "BT0001",
            "grade": "4",
            "sex": "M",
            "age": 61,
            "idh": "wildtype",
            "t1": f"{root}/BT0001/brain_t1_ants.nii.gz",
            "t1ce": f"{root}/BT0001/brain_t1ce_ants.nii.gz",
            "t2": f"{root}/BT0001/brain_t2_ants.nii.gz",
            "flair": f"{root}/BT0001/brain_fl_ants.nii.gz",
            "mask": f"{root}/BT0001/rtumorseg_manual_correction.nii.gz",
        },
        "BT0002": {
            "patient": "BT0002",
            "grade": "2",
            "sex": "F",
            "age": 33.5,
            "idh": "mutant",
            "t1": f"{root}/BT0002/brain_t1.nii.gz",
            "t1ce": f"{root}/BT0002/brain_t1ce.nii.gz",
            "t2": f"{root}/BT0002/brain_t2.nii.gz",
            "flair": f"{root}/BT0002/brain_flair.nii.gz",
            "mask": f"{root}/BT0002/tumorseg_FeTS.nii.gz",
        },
    }
    shared = {"cohort": "utsw_glioma", "site": "UTSW", "labels": "1 2 4"}
    shared |= {"follow_up": False, "skull": False}
    assert_sheet(found, utsw_glioma, all=shared, **rows)
    assert reasons(problems, left_out=True) == {"BT0003": "The case folder lacks mask."}
