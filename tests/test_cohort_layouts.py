"""The readers of IXI, MSD Task01, BIDS folders and sheets, on look-alike folders."""

import json
from pathlib import Path

import pytest
from lookalikes import touch, write_ixi, write_msd_task01
from reading import assert_sheet, read, reasons

from read_cohort import read_cohort

PARTICIPANTS = """participant_id\tage\tsex\tgrade\thandedness
sub-01\t50\tF\t2\tR
02\tn/a\tmale\t4\tL
sub-03\t40\tO\t3\tR
sub-09\t40\tM\t3\tR
"""
SHEET = """\ufeffgrade,subject,t1,flair,mask,skull,died,survival_days
HGG,a,scans/a_t1.nii.gz,scans/a.nii.gz,scans/a_seg.nii,FALSE,yes,100
LGG,b,"scans/four.nii.gz,2",,,false,,
"""


@pytest.fixture
def ixi(tmp_path: Path) -> Path:
    write_ixi(tmp_path)
    return tmp_path


@pytest.fixture
def msd(tmp_path: Path) -> Path:
    write_msd_task01(tmp_path)
    return tmp_path


@pytest.fixture
def bids(tmp_path: Path) -> Path:
    """Give three people, one of them seen twice, one with decoys."""
    (tmp_path / "participants.tsv").write_text(PARTICIPANTS)
    for name in (
        "sub-01/anat/sub-01_T1w.nii.gz",
        "sub-01/anat/sub-01_ce-gadolinium_T1w.nii.gz",
        "sub-01/anat/sub-01_T2w.nii.gz",
        "sub-01/anat/sub-01_FLAIR.nii.gz",
        "sub-01/anat/sub-01_label-tumor_mask.nii.gz",
        "sub-01/dwi/sub-01_dwi.nii.gz",
        "sub-02/ses-a/anat/sub-02_ses-a_T1w.nii",
        "sub-02/ses-b/anat/sub-02_ses-b_run-1_T1w.nii.gz",
        "sub-02/ses-b/anat/sub-02_ses-b_run-2_T1w.nii.gz",
        "sub-03/anat/sub-03_T1w.nii.gz",
        "sub-03/anat/sub-03_T1w.nii",
        "sub-03/anat/sub-03_desc-brain_mask.nii.gz",
        "derivatives/fmriprep/sub-01/anat/sub-01_desc-preproc_T1w.nii.gz",
        "derivatives/fmriprep/sub-03/anat/sub-03_dseg.nii.gz",
        "derivatives/seg/sub-01/anat/sub-01_label-tumor_dseg.nii.gz",
        "derivatives/seg/sub-03/anat/sub-03_label-glioma_mask.nii.gz",
        "derivatives/seg/sub-03/anat/sub-03_desc-tumour_dseg.nii.gz",
    ):
        touch(tmp_path / name)
    derived = tmp_path / "derivatives" / "seg" / "participants.tsv"
    derived.write_text("participant_id\nsub-01\n")
    return tmp_path


def test_ixi_sheet(ixi):
    found, problems = read(ixi, "ixi")
    people = {
        "IXI002-Guys-0828": {"sex": "F", "age": 35.75},
        "IXI012-HH-1211": {"sex": "M"},
        "IXI237-IOP-1049": {"sex": "F", "age": 78.5},
        "IXI328-Guys-0889": {},
    }
    rows = {
        name: {
            "patient": name.split("-")[0],
            "site": name.split("-")[1],
            "t1": f"IXI-T1/{name}-T1.nii.gz",
            **cells,
        }
        for name, cells in people.items()
    }
    shared = {"cohort": "ixi", "grade": "healthy", "follow_up": False, "skull": True}
    assert_sheet(found, ixi, all=shared, **rows)
    assert problems.to_numpy().tolist() == [
        ["IXI328-Guys-0889", False, "The rows in IXI.csv disagree on sex, age."]
    ]


def test_ixi_table_may_lie_beside_the_images(ixi):
    found, _ = read(ixi / "IXI-T1", "ixi")
    assert found["t1"].iloc[0] == "IXI002-Guys-0828-T1.nii.gz"
    assert found["age"].iloc[0] == 35.75


def test_ixi_unlisted_person_is_kept_and_unfinished_head_left_out(ixi):
    touch(ixi / "IXI-T1" / "IXI999-HH-0001-T1.nii.gz")
    touch(ixi / "IXI-T1" / "._IXI999-HH-0001-T1.nii.gz")
    touch(ixi / "IXI-T1" / "IXI998-HH-0001-T1.nii.gz.partial")
    touch(ixi / "IXI-T1" / "IXI997-HH-0001-T1.nii.gz")
    touch(ixi / "IXI-T1" / "IXI997-HH-0001-T1.nii.gz.aspera-ckpt")
    found, problems = read(ixi, "ixi")
    found = found.set_index("subject")
    assert found["age"].isna()["IXI999-HH-0001"] and len(found) == 5
    unlisted = reasons(problems, left_out=False)["IXI999-HH-0001"]
    assert unlisted == "Its person has no row in IXI.csv."
    assert set(reasons(problems, left_out=True)) == {"IXI997-HH-0001", "IXI998-HH-0001"}


def test_ixi_archive_without_heads_asks_to_be_unpacked(ixi):
    touch(ixi / "IXI-T1.tar")
    assert len(read(ixi, "ixi")[0]) == 4
    (ixi / "IXI-T1").rename(ixi / "elsewhere")
    with pytest.raises(ValueError, match=r"T1\.tar is there.*snakemake fetch.*\.ixi\."):
        read(ixi, "ixi")


def test_real_ixi_sample_and_table(real_data):
    as_ixi = {"cohort": "ixi", "reader": "ixi", "skull": None}
    heads, problems = read_cohort(real_data, images=True, **as_ixi)
    assert len(heads) == 37 and set(heads["site"]) == {"HH"}
    assert heads["age"].notna().sum() == 36
    assert reasons(problems, left_out=False) == {
        "IXI637-HH-2785": "Its person has no row in IXI.xls."
    }
    people, problems = read_cohort(real_data, images=False, **as_ixi)
    assert len(people) == 593
    assert reasons(problems, left_out=False) == {
        "IXI219": "The rows in IXI.xls disagree on age.",
        "IXI328": "The rows in IXI.xls disagree on sex, age.",
    }


def test_msd_sheet(msd):
    found, problems = read(msd, "msd_task01")
    image = "Task01_BrainTumour/imagesTr/BRATS_001.nii.gz"
    assert_sheet(
        found,
        msd,
        all={"cohort": "msd_task01", "follow_up": False, "skull": False},
        BRATS_001={
            "patient": "BRATS_001",
            "t1": f"{image},2",
            "t1ce": f"{image},3",
            "t2": f"{image},4",
            "flair": f"{image},1",
            "mask": "Task01_BrainTumour/labelsTr/BRATS_001.nii.gz",
            "labels": "2 1 3",
        },
    )
    assert reasons(problems, left_out=True) == {
        "BRATS_002": "dataset.json names it, but labelsTr lacks it.",
        "BRATS_003": "dataset.json names it, but imagesTr lacks it.",
    }


def test_msd_of_other_volumes_is_refused(msd):
    path = msd / "Task01_BrainTumour" / "dataset.json"
    about = json.loads(path.read_text())
    path.write_text(json.dumps({**about, "modality": {"0": "T1w", "1": "FLAIR"}}))
    with pytest.raises(ValueError, match="numbers its volumes {'T1w': 1, 'FLAIR': 2}"):
        read(msd, "msd_task01")


def test_bids_sheet(bids):
    found, problems = read(bids, "bids")
    rows = {
        "bids_sub-01": {
            "patient": "bids_sub-01",
            "grade": "2",
            "sex": "F",
            "age": 50,
            "t1": "sub-01/anat/sub-01_T1w.nii.gz",
            "t1ce": "sub-01/anat/sub-01_ce-gadolinium_T1w.nii.gz",
            "t2": "sub-01/anat/sub-01_T2w.nii.gz",
            "flair": "sub-01/anat/sub-01_FLAIR.nii.gz",
            "mask": "sub-01/anat/sub-01_label-tumor_mask.nii.gz",
            "labels": "1",
        },
        "bids_sub-02_ses-a": {
            "patient": "bids_sub-02",
            "grade": "4",
            "sex": "M",
            "t1": "sub-02/ses-a/anat/sub-02_ses-a_T1w.nii",
        },
        "bids_sub-02_ses-b": {
            "patient": "bids_sub-02",
            "grade": "4",
            "sex": "M",
            "follow_up": True,
            "t1": "sub-02/ses-b/anat/sub-02_ses-b_run-1_T1w.nii.gz",
        },
        "bids_sub-03": {
            "patient": "bids_sub-03",
            "grade": "3",
            "age": 40,
            "t1": "sub-03/anat/sub-03_T1w.nii.gz",
            "mask": "derivatives/seg/sub-03/anat/sub-03_desc-tumour_dseg.nii.gz",
            "labels": "1 2 4",
        },
    }
    shared = {"cohort": "bids", "follow_up": False, "skull": True}
    assert_sheet(found, bids, all=shared, **rows)
    assert problems.to_numpy().tolist() == [
        ["bids_sub-09", True, "There is a row in participants.tsv, but no image."],
        ["bids_sub-02_ses-b", False, "It has more than one t1; one is taken by name."],
    ]


def test_bids_needs_no_table(bids):
    for path in bids.rglob("participants.tsv"):
        path.unlink()
    found, problems = read(bids, "bids")
    assert len(found) == 4 and found[["age", "sex", "grade"]].isna().all(axis=None)
    assert list(problems["subject"]) == ["bids_sub-02_ses-b"]


def test_bids_table_alone(bids):
    found, _ = read(bids, "bids", images=False)
    names = ["bids_sub-01", "bids_sub-02", "bids_sub-03", "bids_sub-09"]
    assert list(found["subject"]) == list(found["patient"]) == names


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "subjects.csv").write_text(SHEET)
    for name in ("a_t1.nii.gz", "a.nii.gz", "a_seg.nii", "four.nii.gz"):
        touch(tmp_path / "scans" / name)
    return tmp_path


def test_sheet_of_ones_own(own):
    found, problems = read(own, "sheet")
    assert problems.empty
    assert_sheet(
        found,
        own,
        all={"cohort": "sheet", "follow_up": False, "skull": False},
        sheet_a={
            "patient": "sheet_a",
            "grade": "HGG",
            "died": True,
            "survival_days": 100,
            "t1": "scans/a_t1.nii.gz",
            "flair": "scans/a.nii.gz",
            "mask": "scans/a_seg.nii",
            "labels": "1 2 4",
        },
        sheet_b={"patient": "sheet_b", "grade": "LGG", "t1": "scans/four.nii.gz,2"},
    )


def test_sheet_says_which_files_are_missing(own):
    (own / "scans" / "a.nii.gz").unlink()
    with (own / "subjects.csv").open("a") as sheet:
        sheet.write("HGG,c,,,,false,,\n")
    found, problems = read(own, "sheet")
    assert list(found["subject"]) == ["sheet_b"]
    assert reasons(problems, left_out=True) == {
        "sheet_a": "There is no file scans/a.nii.gz.",
        "sheet_c": "Its row names no image.",
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("subject,t1,tumor\na,x,4\n", r"columns \['tumor'\]; known are \['subject'"),
        ("patient,t1\na,x\n", r"lacks the columns \['subject'\]"),
        ("subject,t1\n,x\n", "subject has empty cells"),
        ("subject,t1\na,x\na,y\n", "more than one row for {'subject': 'a'}"),
        ("subject,t1,sex\na,x,male\n", "column sex holds 'male'"),
        ("subject,t1,skull\na,x,maybe\n", "skull holds 'maybe'; known are"),
        ("subject,grade\na,4\n", r"names no image; one of the columns \['t1'"),
    ],
)
def test_sheet_with_mistakes_is_refused(tmp_path, text, words):
    (tmp_path / "subjects.csv").write_text(text)
    with pytest.raises(ValueError, match=words):
        read(tmp_path, "sheet")


def test_skull_must_be_known_and_may_be_overruled(own):
    text = SHEET.replace(",skull", "").replace("FALSE,", "").replace("false,", "")
    (own / "subjects.csv").write_text(text)
    settings = {"cohort": "mine", "reader": "sheet", "images": True}
    with pytest.raises(ValueError, match=r"`cohorts\.mine\.skull`"):
        read_cohort(own, skull=None, **settings)
    found, _ = read_cohort(own, skull=True, **settings)
    assert found["skull"].all() and set(found["cohort"]) == {"mine"}
