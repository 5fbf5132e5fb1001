import subprocess
import sys

import pytest
import torch

from regrade.networks import ShapeResNet50, build, count_parameters, work_of

torch.set_num_threads(1)  # threads that wait for each other cost more than they do


def network(name, channels: int, classes: int, *, dropout=0.0, features=0, stem="own"):
    return build(
        name,
        channels=channels,
        classes=classes,
        dropout=dropout,
        shape_features=features,
        stem=stem,
    )


@pytest.mark.parametrize(
    ("name", "count"),
    [("r2plus1d_18", 31_297_254), ("mc3_18", 11_472_963), ("r3d_18", 33_148_995)],
)
def test_parameters_of_the_video_networks(name, count):  # B-16
    with torch.device("meta"):
        assert count_parameters(network(name, 1, 3)) == count


def test_the_published_count_of_r3d_18_is_that_with_another_stem():
    with torch.device("meta"):
        r3d = network("r3d_18", 1, 3, stem="r2plus1d")
    assert count_parameters(r3d) == 33_150_522


def test_only_r3d_18_has_two_stems():
    with pytest.raises(ValueError, match="possible with r3d_18, not with mc3_18"):
        network("mc3_18", 1, 3, stem="r2plus1d")


@pytest.mark.parametrize(
    ("channels", "count", "giga_multiply_adds"),
    [(1, 46_159_170, 63), (4, 46_225_026, 90)],
)
def test_parameters_and_work_of_resnet50_in_3d(channels, count, giga_multiply_adds):
    """The counts of A-30, for volumes of 128 x 160 x 160."""
    with torch.device("meta"):
        given = network("resnet50_3d", channels, 2)
        work = work_of(given, (torch.empty(1, channels, 128, 160, 160),))
    assert count_parameters(given) == count
    assert work["multiply_adds"] / 1e9 == pytest.approx(giga_multiply_adds, abs=0.5)


@pytest.mark.parametrize(
    ("name", "giga_multiply_adds", "mega_values"),
    [("r3d_18", 223.8, 118.6), ("r2plus1d_18", 226.7, 349.5), ("mc3_18", 239.2, 167.8)],
)
def test_the_work_of_one_volume(name, giga_multiply_adds, mega_values):  # 3B-9
    with torch.device("meta"):
        work = work_of(network(name, 1, 3), (torch.empty(1, 1, 77, 120, 120),))
    assert work["multiply_adds"] / 1e9 == pytest.approx(giga_multiply_adds, abs=0.05)
    assert work["activations"] / 1e6 == pytest.approx(mega_values, abs=0.05)


def test_the_work_of_a_convolution_and_a_layer_is_what_anyone_counts():
    small = torch.nn.Sequential(
        torch.nn.Conv2d(1, 2, 3), torch.nn.Flatten(), torch.nn.Linear(8, 5)
    )
    work = work_of(small, (torch.empty(1, 1, 4, 4),))
    assert work == {"multiply_adds": 2 * 2 * 2 * 9 + 8 * 5, "activations": 8}


@pytest.mark.parametrize(
    ("channels", "features", "count"),
    [(4, 0, 23_515_266), (4, 14, 23_539_912), (1, 14, 23_530_504)],
)
def test_parameters_of_resnet50(channels, features, count):
    with torch.device("meta"):
        resnet = network("resnet50", channels, 2, features=features)
    assert count_parameters(resnet) == count


HALVED = [(77, 60, 60), (77, 60, 60), (39, 30, 30), (20, 15, 15), (10, 8, 8)]
KEPT = [(77, 60, 60), (77, 60, 60), (77, 30, 30), (77, 15, 15), (77, 8, 8)]


@pytest.mark.parametrize(
    ("name", "shapes"),
    [("r3d_18", HALVED), ("r2plus1d_18", HALVED), ("mc3_18", KEPT)],
)
def test_the_feature_maps_of_the_video_networks(name, shapes):  # B-17
    with torch.device("meta"):
        video = network(name, 1, 3)
        maps = [video.stem(torch.empty(1, 1, 77, 120, 120))]
        for stage in (video.layer1, video.layer2, video.layer3, video.layer4):
            maps.append(stage(maps[-1]))
    assert [tuple(m.shape[2:]) for m in maps] == shapes
    assert maps[-1].shape[1] == 512


@pytest.mark.parametrize("name", ["r3d_18", "mc3_18", "r2plus1d_18"])
def test_a_volume_gives_a_logit_a_class(name):
    video = network(name, 1, 3).eval()
    with torch.inference_mode():
        logits = video(torch.rand(1, 1, 3, 16, 16))
    assert logits.shape == (1, 3)
    assert torch.isfinite(logits).all()


def test_slices_give_a_logit_a_class():
    with torch.inference_mode():
        logits = network("resnet50", 4, 2).eval()(torch.rand(3, 4, 32, 32))
    assert logits.shape == (3, 2)


@pytest.mark.parametrize("features", [0, 3])
def test_dropout_acts_in_training_only(features):
    torch.manual_seed(0)
    resnet = network("resnet50", 1, 2, dropout=0.5, features=features)
    inputs = [torch.rand(2, 1, 32, 32)]
    if features:
        inputs.append(torch.rand(2, features))
    with torch.inference_mode():
        draws = [resnet.train()(*inputs) for _ in range(4)]
        settled = [resnet.eval()(*inputs) for _ in range(2)]
    assert any(not torch.equal(draws[0], other) for other in draws[1:])
    assert torch.equal(*settled)


def test_without_dropout_training_has_no_chance():
    torch.manual_seed(0)
    resnet = network("resnet50", 1, 2).train()
    images = torch.rand(2, 1, 32, 32)
    with torch.inference_mode():
        assert torch.equal(resnet(images), resnet(images))


def test_shape_features_are_standardised_and_a_constant_one_shifted():
    training = torch.tensor([[1.0, 5.0], [3.0, 5.0]])  # mean 2, 5; sd sqrt(2), 0
    joined = ShapeResNet50(1, 2, 2, 0.0).eval()
    images, features = torch.rand(2, 1, 32, 32), torch.tensor([[4.0, 6.0], [2.0, 5.0]])
    with torch.inference_mode():
        joined.standardise_by(training)
        standardised = joined(images, features)
        half = 0.5**0.5
        joined.standardise_by(torch.tensor([[half, half], [-half, -half]]))  # 0 and 1
        scaled = torch.tensor([[2 / 2**0.5, 1.0], [0.0, 0.0]])
        assert torch.allclose(standardised, joined(images, scaled), atol=1e-6)
        assert not torch.allclose(standardised, joined(images, features), atol=1e-3)


def test_the_statistics_travel_with_the_weights():
    first, second = (network("resnet50", 1, 2, features=2) for _ in range(2))
    first.standardise_by(torch.tensor([[1.0, 5.0], [3.0, 9.0]]))
    second.load_state_dict(first.state_dict())
    assert second.mean.tolist() == [2, 7]
    assert second.deviation.tolist() == pytest.approx([2**0.5, 8**0.5])


def test_shape_features_need_resnet50():
    with pytest.raises(ValueError, match="possible with resnet50, not with mc3_18"):
        network("mc3_18", 1, 3, features=14)


def test_operators_that_did_load_are_not_declared_again():
    """A torchvision that fits its torch, with or without CUDA, brings its schemas."""
    program = """
import torch
library = torch.library.Library("torchvision", "DEF")
library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
from regrade.vision import torchvision
torchvision.models.resnet18()
"""
    environment = {"PYTHONPATH": ":".join(sys.path)}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
