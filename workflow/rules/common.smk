import os
import shlex
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(workflow.basedir) / "scripts"))
from regrade import settings as settings_of  # noqa: E402
from regrade.imports import library_of  # noqa: E402

# Snakemake (9.27) writes the interpreter's path unquoted into the command of a script;
# a blank in it would split the command.
sys.executable = shlex.quote(sys.executable)


def source(path):
    """A file of the workflow, relative to where results are written if it lies there."""
    path = os.path.relpath(Path(workflow.basedir) / path)
    return path if not path.startswith("..") else str(Path(path).resolve())


def library(script):
    """The modules of scripts/regrade that a script uses: editing one reruns its rule.

    Logs cannot change a number.
    """
    files = library_of(Path(workflow.basedir) / f"scripts/{script}.py")
    return sorted(source(file) for file in files if file.name != "logs.py")


def read_yaml(path):
    """A YAML file of the workflow."""
    return yaml.safe_load((Path(workflow.basedir) / path).read_text(encoding="utf-8"))


def stop(sentence):
    """End before any job is planned: a sentence and exit status 1, no traceback."""
    sys.exit(f"Regrade stopped. {sentence}")


def check(settings, schema, name):
    """Stop with a sentence where settings do not fit their schema."""
    try:
        settings_of.check(
            settings, read_yaml(f"workflow/schemas/{schema}.schema.yaml"), name
        )
    except ValueError as error:
        stop(error)


def read_cohorts():
    """The cohorts that are switched on, with their folders as they are on this machine."""
    cohorts, demo = {}, config.get("demo") or {"subjects": {}}
    for name, cohort in config["cohorts"].items():
        if cohort is None:
            continue
        key = f"cohorts.{name}.folder"
        try:
            folder = settings_of.expand_folder(cohort["folder"], key)
        except ValueError as error:
            stop(error)
        if not folder.startswith("results/demo/") and not Path(folder).is_dir():
            stop(
                f"The folder {folder!r} of the cohort {name} is not there; set {key} in "
                f"config.yaml, or set cohorts.{name} to null to do without it."
            )
        if folder.startswith("results/demo/") and name not in demo["subjects"]:
            stop(
                f"The folder of the cohort {name} is that of a demo cohort, but "
                f"`demo: subjects` in config.yaml has no {name}."
            )
        cohorts[name] = {"images": True} | cohort | {"folder": folder}
    return cohorts


def cohorts_of(study):
    """The cohorts a study needs, for its networks and its survival curves."""
    survival = {study["survival"]["cohort"]} if "survival" in study else set()
    return set(study["cohorts"]) | survival


def read_study(name):
    """A study's settings file, scaled, with the cohorts it needs switched on."""
    path = f"workflow/studies/{name}.yaml"
    if not (Path(workflow.basedir) / path).exists():
        stop(f"config.yaml names the study {name!r}, but there is no {path}.")
    study = settings_of.scaled_study(read_yaml(path), SCALE.get(name))
    check(study, "study", path)
    missing = sorted(cohorts_of(study) - set(COHORTS))
    if missing:
        stop(
            f"The study {name} needs the cohorts {missing}, which config.yaml does not "
            "switch on; give them a folder under `cohorts`, or take the study out of "
            "`studies`."
        )
    for way, prepared in study["inputs"].items():
        missing = sorted(set(study["cohorts"]) - set(prepared["contrasts"]))
        if missing:
            stop(
                f"The study {name} has the cohorts {missing}, but its `inputs: {way}: "
                "contrasts` do not say which of their images to use."
            )
    for variant in STUDY_VARIANTS[name]:
        if variant not in study["variants"]:
            stop(
                f"config.yaml names the variant {variant!r} of {name}; it has "
                f"{sorted(study['variants'])}."
            )
        for experiment in study["experiments"]:
            merged = settings_of.run_settings(
                study, variant, experiment, SCALE.get(name)
            )
            check(merged, "settings", f"{path} ({variant}, {experiment})")
            named = set(merged.get("copies", {})) | set(
                merged["augmentation"]["classes"]
            )
            if not named <= set(study["classes"]):
                stop(
                    f"{path} ({variant}, {experiment}) augments or copies the classes "
                    f"{sorted(named)}; the study has {study['classes']}."
                )
    return study


check(config, "config", "config.yaml")
SCALE = {
    k: v or {} for k, v in ((config.get("scale") or {}).get("studies") or {}).items()
}
COHORTS = read_cohorts()
STUDY_VARIANTS = {name: v for name, v in config["studies"].items() if v}
STUDIES = {name: read_study(name) for name in STUDY_VARIANTS}
STUDY_COHORTS = sorted(
    {cohort for study in STUDIES.values() for cohort in cohorts_of(study)}
)
SCOPE = settings_of.scope(config)
CHUNKS = config["hardware"]["chunks"]
# What a training job gets of the section; the rest is for Snakemake.
DEVICE = {key: config["hardware"][key] for key in ("device", "precision", "resident")}


def settings(study, variant, experiment=None):
    """The merged settings of an experiment, or of a whole variant."""
    return settings_of.run_settings(
        STUDIES[study], variant, experiment, SCALE.get(study)
    )


def study_of(wildcards):
    """The settings file of the study at hand."""
    return STUDIES[wildcards.study]


def experiment_of(wildcards):
    """The merged settings of the experiment at hand."""
    return settings(wildcards.study, wildcards.variant, wildcards.experiment)


def input_of(wildcards):
    """How the input at hand is prepared."""
    return study_of(wildcards)["inputs"][wildcards.input]


def folder_of(wildcards):
    """Where the cohort at hand lies."""
    return COHORTS[wildcards.cohort]["folder"]


def predictions_of(study, variant, experiments):
    """The predictions of experiments, over all folds and seeds."""
    folds = settings(study, variant)["split"]["folds"]
    return expand(
        "results/{study}/{variant}/predictions/{experiment}/fold-{fold}_seed-{seed}.csv",
        study=study,
        variant=variant,
        experiment=experiments,
        fold=range(folds),
        seed=config["seeds"],
    )


def shown_in(study, kind, name):
    """Predictions that a table or figure needs, for the variant at hand."""

    def predictions(wildcards):
        experiments = [row["experiment"] for row in STUDIES[study][kind][name]["rows"]]
        return predictions_of(study, wildcards.variant, experiments)

    return predictions


def rows_of(study, kind, name):
    """What a table or figure shows, and under which words."""
    return STUDIES[study][kind][name]["rows"] if study in STUDIES else []
