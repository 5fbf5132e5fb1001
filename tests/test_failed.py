"""What failure atlas and training curves read, by the functions of their rules."""

import runpy
from types import SimpleNamespace

import pytest

from regrade.studies import running

WAY = {"contrasts": {"one": ["t1"]}, "spacing": 1.0}
STUDY = {
    "experiments": {"net": {}, "other": {}},
    "baselines": {"forest": {}, "logistic": {}},
    "variants": {"all": {}, "alone": {"only": ["forest"]}},
    "explanation": {"experiment": "net", "layer": "layer4"},
    "inputs": {"slices": WAY, "volumes": WAY | {"middle": "brain"}},
}


@pytest.fixture
def functions(root):
    def shown(study, variant):
        return [name for name in running(STUDY, variant) if name == "net"]

    given = {
        "STUDIES": {"s": STUDY},
        "Wildcards": SimpleNamespace,
        "running": running,
        "study_of": lambda wildcards: STUDY,
        "experiments_of": shown,
        "experiment_of": lambda wildcards: {"input": wildcards.variant},
        "predictions_of": lambda study, variant, names: names,
        "rows_shown": lambda kind, name: lambda wildcards: [{"experiment": "net"}],
        "trained": lambda wildcards: {"history": [f"{wildcards.experiment}.csv"]},
    }
    return runpy.run_path(str(root / "workflow/rules/failed.smk"), given)


def at(variant):
    return SimpleNamespace(study="s", variant=variant)


def test_all_models_that_run_count_also_where_there_is_no_network(functions):
    counted = functions["predictions_at"]
    assert counted(at("all")) == ["net", "forest", "logistic"]
    assert counted(at("alone")) == ["forest"]


def test_each_network_has_the_histories_of_its_trainings(functions):
    assert functions["histories_at"](at("all")) == {"net": ["net.csv"]}


def test_pictures_lie_as_the_explained_input_was_prepared(functions):
    prepared = functions["prepared_at"]
    assert prepared("spacing")(at("slices")) == 1.0
    assert prepared("middle")(at("volumes")) == "brain"
    assert prepared("middle")(at("slices")) == "field"
    assert functions["explanation_at"]("layer")(at("all")) == "layer4"
