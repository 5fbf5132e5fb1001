import numpy as np
import pytest
import SimpleITK as sitk
import yaml

from regrade.images import read_volume
from strip_skulls_brainextractor import find_brain


def dice(one: np.ndarray, other: np.ndarray) -> float:
    return 2 * np.count_nonzero(one & other) / (one.sum() + other.sum())


@pytest.mark.parametrize(
    ("image", "mask", "least"),
    [
        *(
            (f"IXI-T1/{head}-T1", f"IXI-brain-masks/{head}-brain-mask", 0.95)
            for head in ("IXI213-HH-1642", "IXI443-HH-2215")
        ),
        (
            "TCGA-FG-6692_native/TCGA-FG-6692_t1",
            "TCGA-FG-6692_native/TCGA-FG-6692_t1_hdbet-mask",
            0.9,
        ),
    ],
)
def test_the_settings_find_the_brain_in_a_real_head(
    real_data, root, image, mask, least
):
    config = yaml.safe_load((root / "config.yaml").read_text())
    found = find_brain(
        read_volume(real_data / f"{image}.nii.gz"),
        **config["stripping"]["brainextractor"],
    )
    brain = read_volume(real_data / f"{mask}.nii.gz")
    assert dice(found, sitk.GetArrayFromImage(brain) > 0) > least
