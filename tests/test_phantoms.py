from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from regrade.phantom_files import glioma_grid, head_grid, render_glioma, render_head
from regrade.phantoms import (
    CONTRASTS,
    RADIUS_LIMITS_MM,
    depth_in_brain,
    draw_subject,
    generator,
    grid_points,
    radii_in_tumour,
    tumour_labels,
)

COARSE = glioma_grid(8)
FINE = glioma_grid(3)


def subjects(group, count):
    return [draw_subject(generator(0, group, n), group) for n in range(count)]


@pytest.fixture(scope="module")
def points():
    return grid_points(*FINE)


@pytest.mark.parametrize("group", ["LGG", "HGG", "3"])
def test_labels_fill_the_volumes_of_the_ellipsoids(group, points):
    for subject in subjects(group, 4):
        labels = tumour_labels(subject, points)
        tumour = subject.tumour
        assert (labels > 0).sum() * 27 == pytest.approx(tumour.volume_mm3, rel=0.03)
        for index, radius in enumerate(
            radii_in_tumour(points - subject.centre_mm, tumour)
        ):
            expected = tumour.part_volume_mm3(index)
            assert (radius <= 1).sum() * 27 == pytest.approx(expected, rel=0.15)


def test_volume_of_an_ellipsoid_with_axes_of_10_20_30_mm():
    tumour = subjects("HGG", 1)[0].tumour
    known = replace(tumour, semi_axes_mm=np.array([10.0, 20.0, 30.0]))
    assert known.volume_mm3 == pytest.approx(8000 * np.pi)


@pytest.mark.parametrize("group", ["LGG", "HGG", "3"])
def test_parts_are_nested_and_labelled_as_in_brats(group, points):
    seen = set()
    for subject in subjects(group, 12):
        radii = radii_in_tumour(points - subject.centre_mm, subject.tumour)
        for outer, inner in zip(radii, radii[1:], strict=False):
            assert (outer[inner <= 1] <= 1).all()
        labels = tumour_labels(subject, points)
        assert {2, 1} <= set(np.unique(labels)) <= {0, 1, 2, 4}
        seen |= set(labels)
    assert seen == {0, 1, 2, 4}


def test_tumours_lie_inside_the_brain_and_clear_of_its_edge(points):
    for subject in subjects("HGG", 10):
        depth = depth_in_brain(subject, points)
        assert depth[tumour_labels(subject, points) > 0].min() > 3


def test_most_high_grades_enhance_and_few_low_ones():
    def share(group):
        parts = [subject.tumour.parts for subject in subjects(group, 300)]
        return np.mean([any(part.label == 4 for part in nest) for nest in parts])

    assert share("HGG") == pytest.approx(0.85, abs=0.07)
    assert share("LGG") == pytest.approx(0.15, abs=0.07)


def test_high_grades_are_larger_with_overlap():
    high, low = (
        [subject.tumour.volume_mm3 for subject in subjects(group, 200)]
        for group in ("HGG", "LGG")
    )
    assert 0.6 < roc_auc_score([1] * 200 + [0] * 200, high + low) < 0.9
    smallest, largest = (4 / 3 * np.pi * r**3 for r in RADIUS_LIMITS_MM)
    assert smallest * 0.999 < min(high + low) < max(high + low) < largest * 1.001


def test_the_healthy_have_no_tumour(points):
    subject = subjects("healthy", 1)[0]
    assert subject.tumour is None
    assert not tumour_labels(subject, points).any()


def test_brain_volume_and_place_do_not_tell_the_groups():
    truth = [1] * 300 + [0] * 300
    drawn = subjects("HGG", 300) + subjects("LGG", 300)
    size = [np.prod(subject.semi_axes_mm) for subject in drawn]
    height = [subject.centre_mm[2] for subject in drawn]
    assert roc_auc_score(truth, size) == pytest.approx(0.5, abs=0.07)
    assert roc_auc_score(truth, height) == pytest.approx(0.5, abs=0.07)


def test_brain_has_the_size_of_a_brain(points):
    volumes = [
        (depth_in_brain(subject, points) > 0).sum() * 27 / 1000
        for subject in subjects("healthy", 20)
    ]
    assert 1250 < np.mean(volumes) < 1450
    assert 900 < min(volumes) < max(volumes) < 1900


def test_mean_intensity_does_not_tell_the_groups():
    means = []
    for group in ("HGG", "LGG"):
        for n, subject in enumerate(subjects(group, 40)):
            images, _, brain = render_glioma(subject, *COARSE, generator(1, group, n))
            means.append([images[name][brain].mean() for name in CONTRASTS])
    truth = [1] * 40 + [0] * 40
    for column in np.transpose(means):
        assert 0.3 < roc_auc_score(truth, column) < 0.7


def test_background_is_zero_outside_the_brain_only():
    subject = subjects("HGG", 1)[0]
    images, labels, brain = render_glioma(subject, *COARSE, generator(1))
    assert set(images) == {"t1", "t1ce", "t2", "flair"}
    assert labels.dtype == np.uint8
    for volume in images.values():
        assert volume.dtype == np.int16
        assert ((volume > 0) == brain).all()


def test_contrasts_follow_the_sequences(points):
    # 1: core, 2: oedema, 4: the enhancing ring, 0: the rest of the brain
    subject = next(s for s in subjects("HGG", 10) if len(s.tumour.parts) == 3)
    images, labels, brain = render_glioma(subject, *FINE, generator(1))
    mean = {
        name: {
            label: volume[brain & (labels == label)].mean() for label in (0, 1, 2, 4)
        }
        for name, volume in images.items()
    }
    assert max(mean["t1ce"], key=mean["t1ce"].get) == 4
    assert min(mean["t1"], key=mean["t1"].get) == 1
    assert max(mean["flair"], key=mean["flair"].get) == 2
    assert mean["t2"][1] > mean["t2"][2] > mean["t2"][0]


def test_head_has_skin_around_a_dark_gap_around_the_brain():
    subject = subjects("healthy", 1)[0]
    shape, affine = head_grid([3, 3, 3.6], "Guys")
    head = render_head(subject, shape, affine, generator(1)).ravel()
    place = grid_points(shape, affine)
    depth = depth_in_brain(subject, place)
    depth[place[:, 2] < 0] = np.nan  # above face and neck
    skin = head[(depth > -14) & (depth < -10)].mean()
    gap = head[(depth > -8) & (depth < -1)].mean()
    air = head[depth < -20].mean()
    assert skin > 2 * gap
    assert head[depth > 4].mean() > 2 * gap
    assert 0 < air < gap


def test_field_of_view_does_not_change_with_the_spacing():
    for spacing in (1, 2.5, 8):
        shape, affine = glioma_grid(spacing)
        assert np.abs(np.array(shape) * spacing - (240, 240, 155)).max() <= spacing / 2
        assert affine[1, 3] == 239
    assert head_grid([0.9375, 0.9375, 1.2], "HH")[0] == (256, 256, 150)
    assert head_grid([0.9375, 0.9375, 1.2], "IOP")[0] == (256, 256, 146)


def test_grid_points_are_centred_and_in_the_scanner_axes():
    points = grid_points((2, 1, 1), np.diag([-4.0, -4.0, 4.0, 1.0]))
    assert points.tolist() == [[2, 0, 0], [-2, 0, 0]]


def test_a_seed_and_a_name_give_the_same_subject_and_others_another():
    first, again = (draw_subject(generator(3, "a", 1), "HGG") for _ in range(2))
    assert (first.tumour.centre_mm == again.tumour.centre_mm).all()
    for other in (generator(4, "a", 1), generator(3, "b", 1), generator(3, "a", 2)):
        assert draw_subject(other, "HGG").folds != first.folds
