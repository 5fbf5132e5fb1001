"""Studies and the cohorts they need, checked before any job is planned."""

from collections.abc import Mapping
from pathlib import Path

from regrade.settings import check, expand_folder, run_settings

DEMO = "results/demo/"


def cohorts_of(study: Mapping) -> set[str]:
    """Give the cohorts a study needs, for its networks and its survival curves."""
    survival = {study["survival"]["cohort"]} if "survival" in study else set()
    return set(study["cohorts"]) | survival


def place_cohort(name: str, cohorts: Mapping, demo: Mapping | None) -> dict:
    """Give a cohort's section of config.yaml, its folder as it is on this machine."""
    cohort = cohorts.get(name)
    if cohort is None:
        raise ValueError(
            f"A study needs the cohort {name}, which config.yaml does not switch on; "
            f"set cohorts.{name}.folder, or set the study to null under `studies`."
        )
    folder = expand_folder(cohort["folder"], f"cohorts.{name}.folder")
    if folder.startswith(DEMO):
        if name not in (demo or {}).get("subjects", {}):
            raise ValueError(
                f"The folder of the cohort {name} is that of a demo cohort, but config."
                f"yaml has no `demo: subjects: {name}`; set cohorts.{name}.folder."
            )
    elif not Path(folder).is_dir():
        raise ValueError(
            f"The folder {folder!r} of the cohort {name} is not there; set "
            f"cohorts.{name}.folder in config.yaml."
        )
    return {"images": True} | dict(cohort) | {"folder": folder}


def check_study(
    name: str, study: Mapping, variants: list[str], scale: Mapping | None, schema: dict
) -> None:
    """Refuse variants, contrasts, classes and settings that do not fit a study."""
    for way, prepared in study["inputs"].items():
        missing = sorted(set(study["cohorts"]) - set(prepared["contrasts"]))
        if missing:
            raise ValueError(
                f"The study {name} has the cohorts {missing}, but its `inputs: {way}: "
                "contrasts` do not say which of their images to use."
            )
    for variant in variants:
        if variant not in study["variants"]:
            raise ValueError(
                f"config.yaml names the variant {variant!r} of {name}; it has "
                f"{sorted(study['variants'])}."
            )
        for experiment in study["experiments"]:
            merged = run_settings(study, variant, experiment, scale)
            place = f"workflow/studies/{name}.yaml ({variant}, {experiment})"
            check(merged, schema, place)
            check_classes(merged, study["classes"], place)


def check_classes(settings: Mapping, classes: list[str], place: str) -> None:
    """Refuse to copy or augment a class that the study does not have."""
    named = {*settings.get("copies", {}), *settings["augmentation"]["classes"]}
    if not named <= set(classes):
        raise ValueError(
            f"{place} copies or augments the classes {sorted(named)}; the study has "
            f"{classes}."
        )


def scope(cohorts: Mapping[str, Mapping], scale: Mapping | None) -> str:
    """Say in a title what keeps the numbers from being the study's own."""
    words = []
    if any(cohort["folder"].startswith(DEMO) for cohort in cohorts.values()):
        words.append("demo cohorts")
    if any(cohort.get("partial") for cohort in cohorts.values()):
        words.append("partial cohorts")
    if scale:
        words.append("shrunken run")
    return ", ".join(words)
