def prepared_like(wildcards):
    """How the pictures of an experiment were prepared that learnt from slices."""
    way = study_of(wildcards)["inputs"][experiment_of(wildcards)["input"]]
    keys = ("contrasts", "percentiles", "over", "spacing", "interpolation", "shape")
    return {key: way[key] for key in keys}


def folders_of(wildcards):
    """Where each cohort of a study lies."""
    return {
        cohort: folder_of(Wildcards(cohort=cohort))
        for cohort in prepared_like(wildcards)["contrasts"]
    }


def masks_of_study(wildcards):
    """The brain masks of a study's cohorts, chunk by chunk."""
    return [
        masks_of(Wildcards(cohort=cohort, chunk=chunk))
        for cohort in prepared_like(wildcards)["contrasts"]
        for chunk in range(CHUNKS)
    ]


def learnt_weights(wildcards):
    """The weights of the first fold and seed, and the shape features they take."""
    files = {"weights": trained(wildcards)["weights"][0]}
    learnt = learnt_from(wildcards)
    return files | {key: learnt[key] for key in ("radiomics",) if key in learnt}


def explained_in(study):
    """The examples of a study's variant and what explaining them gave."""

    def files(wildcards):
        experiment = STUDIES[study]["explanation"]["experiment"]
        folder = f"results/{study}/{wildcards.variant}/explanation/{experiment}"
        return {
            "array": f"{folder}/examples.npy",
            "tumours": f"{folder}/tumours.npy",
            "contents": f"{folder}/examples.csv",
            "maps": f"{folder}/maps.npy",
            "explanations": f"{folder}/explanations.csv",
            "randomisation": f"{folder}/randomisation.csv",
        }

    return files


def explained_contrasts(study):
    """The contrasts of a study's explained pictures, in the order of the channels."""

    def contrasts(wildcards):
        experiment = STUDIES[study]["explanation"]["experiment"]
        at_hand = Wildcards(
            study=study, variant=wildcards.variant, experiment=experiment
        )
        return next(iter(prepared_like(at_hand)["contrasts"].values()))

    return contrasts
