def predictions_at(wildcards):
    """The predictions of all models of the variant at hand, baselines too."""
    study, variant = wildcards.study, wildcards.variant
    runs = running(STUDIES[study], variant)
    baselines = [name for name in STUDIES[study].get("baselines", {}) if name in runs]
    return predictions_of(study, variant, experiments_of(study, variant) + baselines)


def histories_at(wildcards):
    """The histories of all trainings of each experiment that its figure shows."""
    rows = rows_shown("figures", "training_curves")(wildcards)
    return {
        row["experiment"]: trained(at_hand(wildcards, row["experiment"]))["history"]
        for row in rows
    }


def at_hand(wildcards, experiment):
    """The wildcards of an experiment of the variant at hand."""
    return Wildcards(
        study=wildcards.study, variant=wildcards.variant, experiment=experiment
    )


def explained_at(wildcards):
    """The wildcards of the experiment that the study at hand explains."""
    return at_hand(wildcards, study_of(wildcards)["explanation"]["experiment"])


def networks_explained(wildcards):
    """What the networks of the explained experiment learnt, from what, and predict."""
    explained = explained_at(wildcards)
    learnt = learnt_from(explained)
    kept = ("array", "contents", "radiomics")
    return {key: learnt[key] for key in kept if key in learnt} | {
        "weights": trained(explained)["weights"],
        "predictions": predictions_of(
            explained.study, explained.variant, explained.experiment
        )[0],
    }


def explanation_at(key):
    """A setting of the explanation, for the study at hand."""
    return lambda wildcards: study_of(wildcards)["explanation"][key]


def prepared_at(key):
    """How the input of the explained experiment was prepared; slices keep their middle."""

    def setting(wildcards):
        way = study_of(wildcards)["inputs"][
            experiment_of(explained_at(wildcards))["input"]
        ]
        return ({"middle": "field"} | way)[key]

    return setting
