import os
import shlex
import sys
from pathlib import Path

import yaml

sys.path.insert(0, str(Path(workflow.basedir) / "scripts"))
from regrade import settings as settings_of  # noqa: E402
from regrade.imports import library_of  # noqa: E402
from regrade.studies import (  # noqa: E402
    DEMO,
    channels_of,
    check_cohorts,
    check_study,
    cohorts_of,
    graded,
    place_cohort,
    running,
    scope,
    taken,
    wants_features,
    wants_weights,
)

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


def check(settings, schema, name):
    """Refuse settings that do not fit their schema."""
    settings_of.check(
        settings, read_yaml(f"workflow/schemas/{schema}.schema.yaml"), name
    )


def read_study(name):
    """A study's settings file, scaled and checked."""
    path = f"workflow/studies/{name}.yaml"
    if not (Path(workflow.basedir) / path).exists():
        raise ValueError(f"config.yaml names the study {name!r}; there is no {path}.")
    study = settings_of.scaled_study(read_yaml(path), SCALE.get(name))
    check(study, "study", path)
    schema = read_yaml("workflow/schemas/settings.schema.yaml")
    check_study(name, study, STUDY_VARIANTS[name], SCALE.get(name), schema)
    return study


try:
    check(config, "config", "config.yaml")
    SCALE = (config.get("scale") or {}).get("studies") or {}
    STUDY_VARIANTS = {name: v for name, v in config["studies"].items() if v}
    STUDIES = {name: read_study(name) for name in STUDY_VARIANTS}
    COHORTS = {
        name: place_cohort(name, cohort, config.get("demo"))
        for name, cohort in config["cohorts"].items()
        if cohort
    }
    NEEDED = {name: cohorts_of(study) for name, study in STUDIES.items()}
    check_cohorts(NEEDED, COHORTS)
    WEIGHTS = os.path.normpath(
        settings_of.expand_folder(config["fetch"]["weights"], "fetch.weights")
    )
except ValueError as error:
    sys.exit(f"Regrade stopped. {error}")

# Where the demo's random weights lie.
DEMO_WEIGHTS = "results/demo/weights"
# The cohorts that the studies need; others that are switched on have a page, too.
USED = sorted(set().union(*NEEDED.values()))
PRETRAINED = any(wants_weights(STUDIES[n], v) for n, v in STUDY_VARIANTS.items())
if (
    PRETRAINED
    and WEIGHTS == DEMO_WEIGHTS
    and not (config.get("demo") or config.get("scale"))
):
    sys.exit(
        "Regrade stopped. Models start from pretrained weights, but fetch.weights in "
        f"config.yaml is {DEMO_WEIGHTS}, where the demo puts random ones; set it to a "
        "folder of yours and run `snakemake fetch`."
    )
SCOPE = scope(
    {name: COHORTS[name] for name in USED},
    config.get("scale"),
    random_weights=PRETRAINED and WEIGHTS == DEMO_WEIGHTS,
)
CHUNKS = config["hardware"]["chunks"]
# What a training job gets of the section; the rest is for Snakemake.
DEVICE = {key: config["hardware"][key] for key in ("device", "precision")}


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


def cohort_of(wildcards):
    """The section of config.yaml on the cohort at hand."""
    return COHORTS[wildcards.cohort]


def predictions_of(study, variant, experiments):
    """The predictions of experiments, each over all folds and seeds."""
    return expand(
        "results/{study}/{variant}/predictions/{experiment}.csv",
        study=study,
        variant=variant,
        experiment=experiments,
    )


def shown_in(study, kind, name):
    """Predictions that a table or figure needs, for the variant at hand."""

    def predictions(wildcards):
        rows = rows_of(study, wildcards.variant, kind, name)
        return predictions_of(study, wildcards.variant, [r["experiment"] for r in rows])

    return predictions


def rows_of(study, variant, kind, name):
    """What a table or figure shows of a variant, and under which words.

    Nothing, where it needs validation subjects and the variant has none.
    """
    runs = running(STUDIES[study], variant)
    shown = STUDIES[study][kind][name]
    share = settings(study, variant)["split"]["validation_share"]
    if shown.get("needs_validation", False) and not share:
        return []
    return [row for row in shown["rows"] if row["experiment"] in runs]


def rows_at(study, kind, name):
    """What a table or figure shows of the variant at hand, and under which words."""
    return lambda wildcards: rows_of(study, wildcards.variant, kind, name)


def names_in(part):
    """The names in a part of all studies' settings files, as their experiments."""
    return [name for study in STUDIES.values() for name in study.get(part, {})]


def one_of(names):
    """A wildcard's constraint: one of the names. Without names, nothing fits."""
    return "|".join(dict.fromkeys(names)) or "(?!)"
