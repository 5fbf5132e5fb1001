import pytest
import yaml

from regrade.settings import (
    check,
    expand_folder,
    merge,
    run_settings,
    scaled_study,
)

STUDY = {
    "settings": {"training": {"epochs": 100, "batch_size": 1}, "crop": 160},
    "variants": {"as_described": {}, "corrected": {"training": {"epochs": 50}}},
    "experiments": {"one": {}, "two": {"crop": 80}},
    "inputs": {"slices": {"spacing": 1.0}},
}


def test_a_later_layer_wins_key_by_key():
    assert merge({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}}) == {"a": {"b": 1, "c": 3}}


def test_null_switches_a_key_off():
    assert merge({"a": {"b": 1}, "c": 2}, {"a": None}) == {"c": 2}


def test_merging_changes_no_layer():
    below = {"a": {"b": 1}}
    merge(below, {"a": {"b": 2}})
    assert below == {"a": {"b": 1}}


def test_the_order_is_study_variant_experiment_scale():
    scale = {"settings": {"training": {"epochs": 3}}}
    assert run_settings(STUDY, "corrected", "two", None) == {
        "training": {"epochs": 50, "batch_size": 1},
        "crop": 80,
    }
    assert run_settings(STUDY, "corrected", "two", scale)["training"]["epochs"] == 3
    assert run_settings(STUDY, "as_described", None, None)["crop"] == 160


def test_a_variant_may_say_something_of_one_experiment():
    variants = {"as_coded": {"crop": 70, "experiments": {"two": {"crop": 60}}}}
    study = STUDY | {"variants": variants}
    assert run_settings(study, "as_coded", "one", None)["crop"] == 70
    assert run_settings(study, "as_coded", "two", None)["crop"] == 60
    assert run_settings(study, "as_coded", None, None)["crop"] == 70
    assert "experiments" not in run_settings(study, "as_coded", "two", None)


def test_scale_reaches_the_rest_of_a_study():
    scale = {"inputs": {"slices": {"spacing": 3.0}}, "settings": {"crop": 1}}
    scaled = scaled_study(STUDY, scale)
    assert scaled["inputs"]["slices"]["spacing"] == 3.0
    assert scaled["settings"]["crop"] == 160


def test_a_key_that_a_variant_switches_off_stays_off_in_a_scaled_study():
    study = {
        "settings": {"labels": {"one": {"2": "LGG", "3": "HGG"}}},
        "variants": {"dropped": {"labels": {"one": {"3": None}}}},
    }
    scaled = scaled_study(study, {"inputs": {}})
    assert run_settings(scaled, "dropped", None, None) == {
        "labels": {"one": {"2": "LGG"}}
    }


def test_scale_does_not_switch_on_what_an_experiment_switches_off():
    study = {
        "settings": {"crop": 160, "sizes": {"whole": 240, "half": 120}, "epochs": 20},
        "variants": {"one": {}},
        "experiments": {
            "slices": {},
            "volumes": {"crop": None, "sizes": {"half": None}},
        },
    }
    scale = {"settings": {"crop": 32, "sizes": {"whole": 9, "half": 4}, "seed": 1}}
    sizes = {"whole": 9, "half": 4}
    scaled = {"crop": 32, "sizes": sizes, "epochs": 20, "seed": 1}
    assert run_settings(study, "one", "slices", scale) == scaled
    assert run_settings(study, "one", "volumes", scale) == {
        "sizes": {"whole": 9},
        "epochs": 20,
        "seed": 1,
    }


def test_an_unknown_key_is_named_with_its_place_and_the_known_ones():
    schema = {
        "properties": {
            "training": {"properties": {"epochs": {}}, "additionalProperties": False}
        }
    }
    with pytest.raises(
        ValueError, match="config.yaml: at training, unknown key 'epcohs'; known"
    ):
        check({"training": {"epcohs": 1}}, schema, "config.yaml")


def test_an_unset_variable_is_named(monkeypatch):
    monkeypatch.delenv("NOWHERE", raising=False)
    monkeypatch.setenv("SOMEWHERE", "/data")
    assert expand_folder("$SOMEWHERE/x", "cohorts.x.folder") == "/data/x"
    with pytest.raises(ValueError, match="cohorts.x.folder is '\\$NOWHERE/x'"):
        expand_folder("$NOWHERE/x", "cohorts.x.folder")


@pytest.mark.parametrize("study", ["zeng2024", "chatterjee2022"])
def test_the_studies_fit_their_schemas(root, study):
    def read(path):
        return yaml.safe_load((root / path).read_text())

    settings = read(f"workflow/studies/{study}.yaml")
    check(settings, read("workflow/schemas/study.schema.yaml"), study)
    schema = read("workflow/schemas/settings.schema.yaml")
    for variant in settings["variants"]:
        for experiment in settings["experiments"]:
            merged = run_settings(settings, variant, experiment, None)
            check(merged, schema, study)


def test_learning_rates_are_numbers(root):
    """YAML reads 1e-5, without a point, as a word."""
    text = (root / "workflow/studies/chatterjee2022.yaml").read_text()
    assert yaml.safe_load(text)["settings"]["optimizer"]["learning_rate"] == 1e-5
