"""Studies and the cohorts they need, checked before any job is planned."""

from collections.abc import Mapping

from regrade.settings import check, expand_folder, run_settings

DEMO = "results/demo/"


def cohorts_of(study: Mapping) -> set[str]:
    """Give the cohorts a study needs, for its networks and its survival curves."""
    survival = {study["survival"]["cohort"]} if "survival" in study else set()
    return set(study["cohorts"]) | survival


def place_cohort(name: str, cohort: Mapping, demo: Mapping | None) -> dict:
    """Complete a cohort's section of config.yaml: its paths on this machine.

    Whether the folder is there is asked where it is read: not by `snakemake fetch`.
    """
    folder = expand_folder(cohort["folder"], f"cohorts.{name}.folder")
    if folder.startswith(DEMO) and name not in (demo or {}).get("subjects", {}):
        raise ValueError(
            f"The folder of the cohort {name} is that of a demo cohort, but config."
            f"yaml has no `demo: subjects: {name}`; set cohorts.{name}.folder."
        )
    absent = {"reader": name, "images": True, "partial": False, "skull": None}
    placed = absent | {"radiomics": None} | dict(cohort) | {"folder": folder}
    if placed["radiomics"]:
        key = f"cohorts.{name}.radiomics"
        placed["radiomics"] = expand_folder(placed["radiomics"], key)
    return placed


def running(study: Mapping, variant: str) -> list[str]:
    """Give what runs in a variant: all, or what its key ``only`` names."""
    every = [*study["experiments"], *study.get("baselines", {})]
    only = study["variants"][variant].get("only", every)
    return [name for name in every if name in only]


def trained_in(study: Mapping, variant: str) -> list[str]:
    """Give the experiments that run in a variant; baselines need no network."""
    return [name for name in running(study, variant) if name in study["experiments"]]


def taken(
    study: Mapping, cohort: str, variants: list[str], scale: Mapping | None
) -> list[str]:
    """Give the images of a cohort that the variants need: contrasts, and the mask."""
    runs = [
        run_settings(study, variant, experiment, scale)["input"]
        for variant in variants
        for experiment in trained_in(study, variant)
    ]
    inputs = [study["inputs"][name] for name in dict.fromkeys(runs)]
    contrasts = [name for way in inputs for name in way["contrasts"].get(cohort, [])]
    tumours = any(way.get("shown", "tumour") == "tumour" for way in inputs)
    return list(dict.fromkeys([*contrasts, *(["mask"] if tumours else [])]))


def check_cohorts(needed: Mapping[str, set[str]], placed: Mapping) -> None:
    """Refuse studies whose cohorts are not switched on.

    Parameters
    ----------
    needed : cohorts of each study
    """
    for study, names in needed.items():
        for name in sorted(names - set(placed)):
            raise ValueError(
                f"{study} needs the cohort {name}, which config.yaml does not switch "
                f"on; set cohorts.{name}.folder, or set {study} to null under "
                "`studies`."
            )


def wants_weights(study: Mapping, variants: list[str]) -> bool:
    """Tell whether an experiment starts from pretrained weights."""
    return any(
        run_settings(study, variant, name, None)["network"]["weights"] != "none"
        for variant in variants
        for name in trained_in(study, variant)
    )


def wants_features(study: Mapping, variants: list[str], scale: Mapping | None) -> bool:
    """Tell whether a baseline runs, or a network that takes shape features."""
    return any(
        name in study.get("baselines", {})
        or run_settings(study, variant, name, scale)["network"]["shape_features"]
        != "none"
        for variant in variants
        for name in running(study, variant)
    )


def check_study(
    name: str, study: Mapping, variants: list[str], scale: Mapping | None, schema: dict
) -> None:
    """Refuse variants, contrasts, classes and settings that do not fit a study."""
    for variant in variants:
        if variant not in study["variants"]:
            raise ValueError(
                f"config.yaml names the variant {variant!r} of {name}; it has "
                f"{sorted(study['variants'])}."
            )
        check_names(study, variant, f"workflow/studies/{name}.yaml")
        for experiment in study["experiments"]:
            merged = run_settings(study, variant, experiment, scale)
            place = f"workflow/studies/{name}.yaml ({variant}, {experiment})"
            check(merged, schema, place)
            check_classes(merged, study["classes"], place)
            check_labels(merged["labels"], study, place)
            check_input(merged, study, place)
            check_evaluation(merged, place)
            check_explanation(merged, study, experiment, place)
    check_deviations(name, study, variants)
    if "survival" in study:
        check_survival(study, f"workflow/studies/{name}.yaml")
    check_baselines(study, f"workflow/studies/{name}.yaml")
    check_compared(study, f"workflow/studies/{name}.yaml")


def check_survival(study: Mapping, place: str) -> None:
    """Refuse settings of survival that name what is not there."""
    survival, cox = study["survival"], study["survival"]["cox"]
    named = {
        "published: longer": ([survival["published"]["longer"]], study["classes"]),
        "cox: reading": ([cox["reading"]], [r["name"] for r in survival["readings"]]),
        "cox: models": (sum(cox["models"].values(), []), covariates_of(cox)),
    }
    for key, (given, known) in named.items():
        unknown = sorted(set(given) - set(known))
        if unknown:
            raise ValueError(
                f"{place}: `survival: {key}` names {unknown}; "
                f"there are {sorted(known)}."
            )


def covariates_of(cox: Mapping) -> list[str]:
    """Give the names of the covariates of Cox models."""
    return [covariate["name"] for covariate in cox["covariates"]]


def check_baselines(study: Mapping, place: str) -> None:
    """Refuse a baseline with an experiment's name, or with features of nobody."""
    known = study.get("radiomics", {"features": []})["features"]
    for name, baseline in study.get("baselines", {}).items():
        unknown = sorted(set(baseline["features"]) - set(known))
        if unknown:
            raise ValueError(
                f"{place}: the baseline {name} has the features {unknown}; `radiomics: "
                f"features` has {known}."
            )
        if name in study["experiments"]:
            raise ValueError(
                f"{place}: {name} is a baseline and an experiment; name one otherwise."
            )


def check_compared(study: Mapping, place: str) -> None:
    """Refuse claims and a factorial on what is not in the study."""
    tests = study.get("claims", {"tests": []})["tests"]
    factorial = study.get("factorial", {"experiments": [], "rows": {}})
    pairs = [pair for test in tests for pair in test.get("pairs", [])]
    lived = [test["survival"] for test in tests if "survival" in test]
    named = {
        "experiments": {
            *factorial["experiments"],
            *(n for pair in pairs for n in pair),
        },
        "variants": {*factorial["rows"]},
        "classes": {
            *(name for pair in lived for name in pair),
            *([study["claims"]["outcome"]] if tests else []),
        },
    }
    for key, names in named.items():
        known = {*study[key], *study.get("baselines", {})}
        unknown = sorted(names - known)
        if unknown:
            raise ValueError(
                f"{place}: `claims` or `factorial` name the {key} {unknown}; there are "
                f"{sorted(known)}."
            )


def check_names(study: Mapping, variant: str, place: str) -> None:
    """Refuse a variant that says something of an experiment that is not there."""
    every = {*study["experiments"], *study.get("baselines", {})}
    named = study["variants"][variant].get("experiments", {})
    unknown = set(named) - set(study["experiments"])
    unknown |= set(study["variants"][variant].get("only", [])) - every
    if unknown:
        raise ValueError(
            f"{place}: the variant {variant} names the experiments "
            f"{sorted(unknown)}; there are {sorted(every)}."
        )
    explained = study.get("explanation", {}).get("experiment")
    if explained and explained not in study["experiments"]:
        raise ValueError(
            f"{place}: `explanation: experiment` is {explained}; there are "
            f"{sorted(study['experiments'])}."
        )


def check_input(settings: Mapping, study: Mapping, place: str) -> None:
    """Refuse an input that is not there, lacks a cohort, or has no such axis."""
    way = settings["input"]
    if way not in study["inputs"]:
        raise ValueError(
            f"{place} has `input: {way}`; there are {sorted(study['inputs'])}."
        )
    missing = sorted(set(settings["labels"]) - set(study["inputs"][way]["contrasts"]))
    if missing:
        raise ValueError(
            f"{place} has the cohorts {missing}, but `inputs: {way}: contrasts` do not "
            "say which of their images to use."
        )
    channels_of(settings, study)
    volumes = study["inputs"][way]["kind"] == "volumes"
    if volumes != ("axis" in settings):
        raise ValueError(
            f"{place}: volumes need the key `axis`, and slices must not have it; "
            f"`inputs: {way}` is of the kind {study['inputs'][way]['kind']}."
        )


def channels_of(settings: Mapping, study: Mapping) -> list[int] | None:
    """Give the numbers of the channels that ``channels`` names; None for all.

    Raises
    ------
    ValueError
        If a cohort has the contrast in another place, or not at all.
    """
    if "channels" not in settings:
        return None
    contrasts = study["inputs"][settings["input"]]["contrasts"]
    orders = {tuple(contrasts[cohort]) for cohort in settings["labels"]}
    order, *others = orders
    absent = sorted(set(settings["channels"]) - set(order))
    if others or absent:
        raise ValueError(
            f"`channels: {settings['channels']}` needs these contrasts in the same "
            f"places of all cohorts, but those of `inputs: {settings['input']}` are "
            f"{sorted(map(list, orders))}."
        )
    return [order.index(name) for name in settings["channels"]]


def check_evaluation(settings: Mapping, place: str) -> None:
    """Refuse to choose an epoch by validation subjects that are not there."""
    chosen = settings["evaluation"]["epochs"] == "best"
    if chosen and not settings["split"]["validation_share"]:
        raise ValueError(
            f"{place} has `evaluation: epochs: best`, which needs validation subjects; "
            "set `split: validation_share`."
        )


def check_explanation(
    settings: Mapping, study: Mapping, experiment: str, place: str
) -> None:
    """Refuse to explain an experiment that does not see what its pictures show."""
    explanation = study.get("explanation", {})
    if explanation.get("experiment") != experiment:
        return
    way = study["inputs"][settings["input"]]
    other = "subjects" in explanation and way["kind"] != "slices"
    if other or "channels" in settings:
        raise ValueError(
            f"{place} is named under `explanation: experiment`, which must learn from "
            "all contrasts, and with `explanation: subjects` from slices: have no key "
            "`channels`, and an input of the kind slices."
        )
    least = min(len(way["contrasts"][cohort]) for cohort in settings["labels"])
    if explanation["channel"] >= least:
        raise ValueError(
            f"{place}: `explanation: channel` is {explanation['channel']}, but the "
            f"input {settings['input']} has {least} contrasts, counted from 0."
        )


def check_classes(settings: Mapping, classes: list[str], place: str) -> None:
    """Refuse to copy, magnify or augment a class that the study does not have."""
    named = {*settings.get("copies", {}), *settings["augmentation"]["classes"]}
    named |= set(settings.get("magnification", {}).get("classes", []))
    if not named <= set(classes):
        raise ValueError(
            f"{place} copies, magnifies or augments the classes {sorted(named)}; "
            f"the study has {classes}."
        )


def check_labels(labels: Mapping, study: Mapping, place: str) -> None:
    """Refuse a label rule that names a cohort or a class that the study has not."""
    if not set(labels) <= set(study["cohorts"]):
        raise ValueError(
            f"{place} has `labels` for the cohorts {sorted(labels)}; the study has "
            f"{sorted(study['cohorts'])}."
        )
    given = {name for grades in labels.values() for name in grades.values()}
    if not given <= set(study["classes"]):
        raise ValueError(
            f"{place}: `labels` give the classes {sorted(given)}; the study has "
            f"{study['classes']}."
        )


def graded(
    study: Mapping, cohort: str, variants: list[str], scale: Mapping | None
) -> list[str]:
    """Give the grades of a cohort that have a class in any of the variants."""
    rules = [run_settings(study, name, None, scale)["labels"] for name in variants]
    return sorted(set().union(*(rule.get(cohort, {}) for rule in rules)))


def check_deviations(name: str, study: Mapping, variants: list[str]) -> None:
    """Refuse variants of one deviation without the one they are compared with."""
    deviations = study.get("deviations", {"single": {}})
    single = sorted(set(variants) & set(deviations["single"]))
    if single and deviations["reference"] not in variants:
        raise ValueError(
            f"config.yaml names the variants {single} of {name}, which are shown "
            f"beside {deviations['reference']} only; name that one, too."
        )


def scope(
    cohorts: Mapping[str, Mapping], scale: Mapping | None, *, random_weights: bool
) -> str:
    """Say in a title what keeps the numbers from being the study's own.

    Parameters
    ----------
    random_weights : whether random ones stand for pretrained ones, as in the demo
    """
    words = []
    if any(cohort["folder"].startswith(DEMO) for cohort in cohorts.values()):
        words.append("demo cohorts")
    elif random_weights:
        words.append("random weights for pretrained ones")
    if any(cohort.get("partial") for cohort in cohorts.values()):
        words.append("partial cohorts")
    if scale:
        words.append("shrunken run")
    return ", ".join(words)
