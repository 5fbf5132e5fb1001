import numpy as np
import pytest
import SimpleITK as sitk
import yaml

from regrade.images import read_volume
from strip_skulls import brain_of


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return 2 * np.count_nonzero(one & other) / (one.sum() + other.sum())


@pytest.mark.parametrize("head", ["IXI012-HH-1211", "IXI443-HH-2215"])
def test_the_settings_find_the_brain_in_a_real_head(real_data, root, head):
    method = yaml.safe_load((root / "config.yaml").read_text())["stripping"]
    image = read_volume(real_data / f"IXI-T1/{head}-T1.nii.gz")
    mask = read_volume(real_data / f"IXI-brain-masks/{head}-brain-mask.nii.gz")
    found = brain_of(image, skull=True, method=method)
    assert dice(found, sitk.GetArrayFromImage(mask) > 0) > 0.9
