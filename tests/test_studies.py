import pytest
import yaml

from regrade.settings import merge, run_settings
from regrade.studies import (
    check_cohorts,
    check_deviations,
    check_study,
    check_survival,
    cohorts_of,
    graded,
    place_cohort,
    scope,
    wants_features,
)
from regrade.vision import torchvision

STUDY = {
    "classes": ["LGG", "HGG"],
    "cohorts": {"one": {}},
    "inputs": {"slices": {"kind": "slices", "contrasts": {"one": ["t1"]}}},
    "settings": {
        "input": "slices",
        "augmentation": {"classes": ["LGG"]},
        "copies": {"LGG": 4},
        "labels": {"one": {"2": "LGG", "4": "HGG"}},
        "evaluation": {"epochs": "last"},
        "split": {"validation_share": 0},
    },
    "variants": {"as_described": {}, "moved": {"labels": {"one": {"3": "LGG"}}}},
    "experiments": {"first": {}},
}


def test_a_study_needs_the_cohort_of_its_survival_curves():
    assert cohorts_of(STUDY) == {"one"}
    assert cohorts_of(STUDY | {"survival": {"cohort": "two"}}) == {"one", "two"}


def test_a_cohort_is_placed_with_all_its_keys():
    placed = place_cohort("one", {"folder": "/data/one", "skull": False}, None)
    assert placed == {
        "reader": "one",
        "images": True,
        "partial": False,
        "skull": False,
        "radiomics": None,
        "folder": "/data/one",
    }
    demo = {"subjects": {"two": {}}}
    assert place_cohort("two", {"folder": "results/demo/two"}, demo)["images"]


def test_a_table_of_features_may_lie_where_a_variable_says(monkeypatch):
    monkeypatch.setenv("TABLES", "/data/tables")
    cohort = {"folder": "/data/one", "radiomics": "$TABLES/one.csv"}
    assert place_cohort("one", cohort, None)["radiomics"] == "/data/tables/one.csv"
    cohort["radiomics"] = "$NOWHERE/one.csv"
    with pytest.raises(ValueError, match="config key cohorts.one.radiomics is"):
        place_cohort("one", cohort, None)


@pytest.mark.parametrize(
    ("way", "variant", "wanted"),
    [
        ("standardised", "as_described", True),
        ("none", "as_described", False),
        ("none", "alone", True),
    ],
)
def test_features_are_wanted_by_networks_or_by_baselines(way, variant, wanted):
    settings = STUDY["settings"] | {"network": {"shape_features": way}}
    variants = {"as_described": {"only": ["first"]}, "alone": {"only": ["size"]}}
    study = STUDY | {"settings": settings, "baselines": {"size": {}}}
    study |= {"variants": variants}
    assert wants_features(study, [variant], None) is wanted


def test_a_demo_cohort_without_phantoms_says_what_to_set():
    with pytest.raises(ValueError, match="has no `demo: subjects: one`"):
        place_cohort("one", {"folder": "results/demo/one"}, None)


def test_a_study_without_its_cohort_says_what_to_set():
    needed = {"zeng2024": {"one", "two"}}
    with pytest.raises(ValueError, match="zeng2024 needs the cohort two, which"):
        check_cohorts(needed, {"one": {}})
    check_cohorts(needed, {"one": {}, "two": {}})


def test_grades_of_all_variants_are_prepared():
    assert graded(STUDY, "one", ["as_described"], None) == ["2", "4"]
    assert graded(STUDY, "one", ["as_described", "moved"], None) == ["2", "3", "4"]


def test_a_study_that_fits_passes():
    check_study("study", STUDY, ["as_described"], None, {})


def test_an_input_that_no_variant_uses_may_lack_a_cohort():
    inputs = STUDY["inputs"] | {"gliomas": {"contrasts": {}}}
    check_study("study", STUDY | {"inputs": inputs}, ["as_described"], None, {})


@pytest.mark.parametrize(
    ("change", "variants", "sentence"),
    [
        ({}, ["as_dreamt"], "names the variant 'as_dreamt' of study; it has"),
        (
            {
                "cohorts": {"one": {}, "two": {}},
                "settings": STUDY["settings"] | {"labels": {"two": {"2": "LGG"}}},
            },
            ["as_described"],
            "has the cohorts \\['two'\\], but `inputs: slices: contrasts` do not say",
        ),
        ({"classes": ["HGG", "healthy"]}, ["as_described"], "augments the classes"),
        (
            {"settings": STUDY["settings"] | {"labels": {"two": {"2": "LGG"}}}},
            ["as_described"],
            "has `labels` for the cohorts \\['two'\\]",
        ),
        (
            {"settings": STUDY["settings"] | {"labels": {"one": {"2": "none"}}}},
            ["as_described"],
            "`labels` give the classes \\['none'\\]",
        ),
        ({"inputs": {}}, ["as_described"], "has `input: slices`; there are \\[\\]"),
        (
            {"variants": {"axial": {"axis": "axial"}}},
            ["axial"],
            "volumes need the key `axis`, and slices must not have it; `inputs: sli",
        ),
        (
            {"variants": {"best": {"evaluation": {"epochs": "best"}}}},
            ["best"],
            "`evaluation: epochs: best`, which needs validation subjects; set `split",
        ),
        (
            {"variants": {"as_coded": {"experiments": {"second": {}}}}},
            ["as_coded"],
            "the variant as_coded names the experiments \\['second'\\]; there are",
        ),
        (
            {
                "explanation": {"experiment": "first"},
                "experiments": {"first": {"channels": ["t1"]}},
            },
            ["as_described"],
            "first\\) is named under `explanation: experiment`, which must learn from",
        ),
        (
            {"explanation": {"experiment": "third"}},
            ["as_described"],
            "`explanation: experiment` is third; there are \\['first'\\]",
        ),
        (
            {"explanation": {"experiment": "first", "channel": 9}},
            ["as_described"],
            "`explanation: channel` is 9, but the input slices has . contrasts",
        ),
    ],
)
def test_a_study_that_does_not_fit_says_why(change, variants, sentence):
    with pytest.raises(ValueError, match=sentence):
        check_study("study", STUDY | change, variants, None, {})


def test_a_variant_of_one_deviation_needs_its_reference():
    deviations = {"single": {"coded_axis": "first"}, "reference": "as_described"}
    study = STUDY | {"deviations": deviations}
    check_deviations("study", study, ["as_described", "coded_axis"])
    check_deviations("study", study, ["corrected"])
    with pytest.raises(ValueError, match="beside as_described only; name that one"):
        check_deviations("study", study, ["corrected", "coded_axis"])


@pytest.mark.parametrize(
    ("keys", "value", "sentence"),
    [
        (
            ("published", "longer"),
            "GBM",
            "published: longer` names \\['GBM'\\]; there are",
        ),
        (("cox", "reading"), "median", "cox: reading` names \\['median'\\]; there are"),
        (
            ("cox", "models"),
            {"x": ["age", "kps"]},
            "cox: models` names \\['kps'\\]; there",
        ),
    ],
)
def test_survival_that_names_what_is_not_there_says_so(root, keys, value, sentence):
    study = read(root, "studies/zeng2024.yaml")
    check_survival(study, "zeng2024")
    study["survival"][keys[0]][keys[1]] = value
    with pytest.raises(ValueError, match=sentence):
        check_survival(study, "zeng2024")


def test_the_scope_says_what_the_numbers_are_not():
    demo = {"ixi": {"folder": "results/demo/ixi"}}
    real = {"ixi": {"folder": "/data/ixi"}}
    part = {"ixi": {"folder": "/data/ixi", "partial": True}}
    assert scope(demo, {"studies": {}}, random_weights=True) == (
        "demo cohorts, shrunken run"
    )
    assert scope(part, None, random_weights=False) == "partial cohorts"
    assert scope(real, None, random_weights=False) == ""
    assert scope(real, None, random_weights=True) == (
        "random weights for pretrained ones"
    )


def read(root, path: str) -> dict:
    return yaml.safe_load((root / "workflow" / path).read_text())


@pytest.mark.parametrize("name", ["zeng2024", "chatterjee2022"])
def test_every_variant_and_experiment_has_settings_that_are_known(root, name):
    study = read(root, f"studies/{name}.yaml")
    schema = read(root, "schemas/settings.schema.yaml")
    check_study(name, study, list(study["variants"]), None, schema)


def test_the_public_code_is_its_single_deviations_and_the_nearest_voxel(root):
    study = read(root, "studies/chatterjee2022.yaml")
    single = [v for name, v in study["variants"].items() if name.startswith("coded_")]
    assert len(single) == 9
    nearest = {"input": "t1ce_coded", "augmentation": {"interpolation": "nearest"}}
    assert merge(*single, nearest) == study["variants"]["as_coded"]
    stretched, coded = (study["inputs"][n] for n in ("t1ce_stretched", "t1ce_coded"))
    assert coded == stretched | {"interpolation": "nearest"}


def test_only_resnet_3d_has_the_stem_that_the_public_code_counts(root):  # 3B-6
    study = read(root, "studies/chatterjee2022.yaml")
    stems = {
        name: run_settings(study, "as_coded", name, None)["network"]["stem"]
        for name in study["experiments"]
    }
    others = {name: "own" for name in study["experiments"]}
    assert stems == others | {"r3d_18": "r2plus1d", "r3d_18_kinetics": "r2plus1d"}


@pytest.mark.parametrize(
    ("data", "version"), [("kinetics", "KINETICS400_V1"), ("imagenet", "IMAGENET1K_V1")]
)
def test_pretrained_weights_are_the_files_of_the_library(root, data, version):
    files = read(root, "sources.yaml")["weights"]["files"]
    files = [file for file in files if file.get("data") == data]
    assert files
    for file in files:
        weights = torchvision.models.get_model_weights(file["network"])[version]
        assert weights.url == file["url"]
        assert file["name"].endswith(f"-{file['sha256'][:8]}.pth")


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("zeng2024", ["figure_5", "figure_5_checks", "failures"]),
        ("chatterjee2022", ["failures"]),
    ],
)
def test_the_figures_of_explained_maps_name_what_is_explained(root, name, figures):
    study = read(root, f"studies/{name}.yaml")
    explained = study["explanation"]["experiment"]
    for figure in figures:
        rows = study["figures"][figure]["rows"]
        assert [row["experiment"] for row in rows] == [explained]


@pytest.mark.parametrize("name", ["zeng2024", "chatterjee2022"])
def test_the_training_curves_show_every_network_once(root, name):
    study = read(root, f"studies/{name}.yaml")
    rows = study["figures"]["training_curves"]["rows"]
    assert sorted(r["experiment"] for r in rows) == sorted(study["experiments"])
    assert len({row["label"] for row in rows}) == len(rows)


def test_under_the_maps_of_failures_lies_what_the_caption_says(root):
    study = read(root, "studies/zeng2024.yaml")
    contrasts = study["inputs"]["tumour_slices"]["contrasts"]
    shown = {names[study["explanation"]["channel"]] for names in contrasts.values()}
    assert shown == {"flair"}
    assert "in FLAIR" in study["figures"]["failures"]["caption"]
