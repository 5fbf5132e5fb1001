"""Pretrained weights, with files of the library's layout made here."""

import hashlib
import pickle
from pathlib import Path

import pytest
import torch

from make_demo_weights import random_weights
from regrade.networks import LIBRARY, VIDEO, build
from regrade.weights import load_pretrained, read_weights

TENSORS = {"r3d_18": 122, "mc3_18": 122, "r2plus1d_18": 224, "resnet50": 320}


def network(name: str) -> torch.nn.Module:
    return build(name, channels=1, classes=3, dropout=0.3, shape_features=0, stem="own")


def write(path: Path, content) -> str:
    """Write a file of weights and give its hash."""
    torch.save(content, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("name", LIBRARY)
def test_all_but_stem_and_head_is_loaded(tmp_path, name):
    published = LIBRARY[name](weights=None).state_dict()
    assert len(published) == TENSORS[name]
    digest = write(tmp_path / "weights.pth", published)
    fresh = network(name)
    before = {key: value.clone() for key, value in fresh.state_dict().items()}
    load_pretrained(fresh, name, read_weights(tmp_path / "weights.pth", digest))
    new = ("stem.", "fc.")
    if name == "resnet50":  # one channel gets what three grey ones gave together
        published["conv1.weight"] = published["conv1.weight"].sum(dim=1, keepdim=True)
    for key, value in fresh.state_dict().items():
        source = before if key.startswith(new) else published
        assert torch.equal(value, source[key]), key


def test_the_demos_weights_have_the_librarys_layout():
    name = "mc3_18"
    one, same, other = (random_weights(name, seed) for seed in (1, 1, 2))
    assert all(torch.equal(one[key], same[key]) for key in one)
    assert not torch.equal(one["fc.weight"], other["fc.weight"])
    load_pretrained(network(name), name, one)


def test_the_first_digits_of_a_hash_will_do(tmp_path):
    digest = write(tmp_path / "weights.pth", {"fc.bias": torch.ones(1)})
    assert read_weights(tmp_path / "weights.pth", digest[:8])["fc.bias"].tolist() == [1]


def test_another_hash_is_refused(tmp_path):
    write(tmp_path / "weights.pth", {"fc.bias": torch.ones(1)})
    with pytest.raises(ValueError, match="has the SHA-256 .* run `snakemake fetch`"):
        read_weights(tmp_path / "weights.pth", "0" * 64)


class Attack:
    """Unpickled, it would write a file."""

    def __init__(self, path: Path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_pickle_with_code_is_refused_and_not_run(tmp_path):
    target = tmp_path / "written"
    digest = write(tmp_path / "weights.pth", {"fc.bias": Attack(target)})
    with pytest.raises(ValueError, match="is no file of weights alone"):
        read_weights(tmp_path / "weights.pth", digest)
    (tmp_path / "plain.pth").write_bytes(pickle.dumps(Attack(target)))
    with pytest.raises(ValueError, match="is no file of weights alone"):
        read_weights(tmp_path / "plain.pth", None)
    assert not target.exists()


@pytest.mark.parametrize("content", [[1, 2], {"fc.bias": "text"}])
def test_what_is_no_table_of_tensors_is_refused(tmp_path, content):
    digest = write(tmp_path / "weights.pth", content)
    with pytest.raises(ValueError, match="something else than named tensors"):
        read_weights(tmp_path / "weights.pth", digest)


def test_a_login_page_is_refused(tmp_path):
    (tmp_path / "weights.pth").write_text("<html>Please log in</html>")
    with pytest.raises(ValueError, match="is no file of weights alone"):
        read_weights(tmp_path / "weights.pth", None)


def test_the_weights_of_another_network_are_refused():
    # The same names, other shapes.
    with pytest.raises(ValueError, match=r"layer2.0.conv1.0.weight has the shape"):
        load_pretrained(
            network("r3d_18"), "r3d_18", VIDEO["mc3_18"](weights=None).state_dict()
        )
    with pytest.raises(ValueError, match="names do not fit"):
        load_pretrained(
            network("r2plus1d_18"),
            "r2plus1d_18",
            VIDEO["r3d_18"](weights=None).state_dict(),
        )
