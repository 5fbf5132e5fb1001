"""Studies and the cohorts they need, checked before any job is planned."""

from collections.abc import Mapping

from regrade.settings import check, expand_folder, run_settings

DEMO = "results/demo/"


def cohorts_of(study: Mapping) -> set[str]:
    """Give the cohorts a study needs, for its networks and its survival curves."""
    survival = {study["survival"]["cohort"]} if "survival" in study else set()
    return set(study["cohorts"]) | survival


def place_cohort(name: str, cohort: Mapping, demo: Mapping | None) -> dict:
    """Complete a cohort's section of config.yaml: its folder as it is on this machine.

    Whether the folder is there is asked where it is read: not by `snakemake fetch`.
    """
    folder = expand_folder(cohort["folder"], f"cohorts.{name}.folder")
    if folder.startswith(DEMO) and name not in (demo or {}).get("subjects", {}):
        raise ValueError(
            f"The folder of the cohort {name} is that of a demo cohort, but config."
            f"yaml has no `demo: subjects: {name}`; set cohorts.{name}.folder."
        )
    absent = {"reader": name, "images": True, "partial": False, "skull": None}
    return absent | dict(cohort) | {"folder": folder}


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
            check_labels(merged["labels"], study, place)


def check_classes(settings: Mapping, classes: list[str], place: str) -> None:
    """Refuse to copy or augment a class that the study does not have."""
    named = {*settings.get("copies", {}), *settings["augmentation"]["classes"]}
    if not named <= set(classes):
        raise ValueError(
            f"{place} copies or augments the classes {sorted(named)}; the study has "
            f"{classes}."
        )


def check_labels(labels: Mapping, study: Mapping, place: str) -> None:
    """Refuse a label rule that misses a cohort or names what the study has not."""
    if set(labels) != set(study["cohorts"]):
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
    return sorted(set().union(*(rule[cohort] for rule in rules)))


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
