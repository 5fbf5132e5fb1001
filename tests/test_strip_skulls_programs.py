"""bet2, HD-BET and SynthStrip, as made-up commands that check what they are given."""

import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

import strip_skulls_bet2 as bet2
import strip_skulls_hd_bet as hd_bet
import strip_skulls_synthstrip as synthstrip
from regrade.brains import NoBrain

HEAD = """\
#!{python}
import os, sys
import SimpleITK as sitk
arguments = sys.argv[1:]
def write_mask(name):
    image = sitk.ReadImage("head.nii.gz")
    sitk.WriteImage(sitk.Cast(image > 50, sitk.sitkUInt8), name)
"""
BET2 = """
assert arguments == ["head.nii.gz", "brain", "-f", "0.5", "-m", "-n"], arguments
assert os.environ["FSLOUTPUTTYPE"] == "NIFTI_GZ"
write_mask("brain_mask.nii.gz")
"""
HD_BET = """
wanted = ["-i", "head.nii.gz", "-o", "out.nii.gz", "-device", "cpu"]
wanted += ["--save_bet_mask", "--no_bet_image", "--disable_tta"]
assert arguments == wanted, arguments
assert os.listdir(".") == ["head.nii.gz"]
write_mask("out_bet.nii.gz")
"""
SYNTHSTRIP = """
model = arguments[arguments.index("--model") + 1]
assert open(model).read() == "weights"
arguments.remove(model)
wanted = ["-i", "head.nii.gz", "-m", "mask.nii.gz", "--model", "-b", "1"]
assert arguments == wanted, arguments
write_mask("mask.nii.gz")
"""
FAILS = """
print("Traceback", "one", "two", "CUDA is out of memory", sep="\\n", file=sys.stderr)
sys.exit(3)
"""
WRONG_GRID = """
sitk.WriteImage(sitk.Image([2, 2, 2], sitk.sitkUInt8), "out_bet.nii.gz")
"""


@pytest.fixture
def command(tmp_path, monkeypatch):
    """Give a function that puts a command of this name and text on the path."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def write(name: str, text: str) -> None:
        file = tmp_path / name
        file.write_text(HEAD.format(python=sys.executable) + text)
        file.chmod(0o755)

    return write


def head() -> sitk.Image:
    array = np.zeros((10, 6, 6), np.float32)
    array[0:8, 1:5, 1:5] = 100  # its top is slice 7
    image = sitk.GetImageFromArray(array)
    image.SetSpacing([2.0, 2.0, 2.0])
    return image


def above(slices: int) -> np.ndarray:
    brain = np.zeros((10, 6, 6), bool)
    brain[8 - slices : 8, 1:5, 1:5] = True
    return brain


def test_bet2_sees_the_head_without_the_neck(command):
    command("bet2", BET2)
    brain = bet2.find_brain(head(), threshold=0.5, height=10.0)
    assert (brain == above(5)).all()


def test_hd_bet_has_a_folder_of_its_own(command):
    command("hd-bet", HD_BET)
    brain = hd_bet.find_brain(head(), device="cpu", mirroring=False)
    assert (brain == above(8)).all()


def test_synthstrip_gets_its_weights_from_wherever_they_lie(
    command, tmp_path, monkeypatch
):
    command("nipreps-synthstrip", SYNTHSTRIP)
    monkeypatch.chdir(tmp_path)
    Path("synthstrip.1.pt").write_text("weights")
    brain = synthstrip.find_brain(head(), weights="synthstrip.1.pt", border=1)
    assert (brain == above(8)).all()


def test_missing_weights_are_named():
    with pytest.raises(ValueError, match="`fetch: weights` in config.yaml"):
        synthstrip.find_brain(head(), weights="nowhere.pt", border=1)


@pytest.mark.usefixtures("command")
def test_a_missing_command_names_setting_and_environment():
    with pytest.raises(ValueError, match=r"no command hd-bet.*method: hd_bet.*envs/"):
        hd_bet.find_brain(head(), device="cpu", mirroring=False)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (FAILS, "hd-bet ended with status 3: one / two / CUDA is out of memory"),
        ("", "The program ended well but wrote no out_bet.nii.gz"),
        (WRONG_GRID, r"out_bet.nii.gz has \(2, 2, 2\) voxels, its image \(6, 6, 10\)"),
    ],
)
def test_a_program_that_fails_says_how(command, text, sentence):
    command("hd-bet", text)
    with pytest.raises(NoBrain, match=sentence):
        hd_bet.find_brain(head(), device="cpu", mirroring=False)
