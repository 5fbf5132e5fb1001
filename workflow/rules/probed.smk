PROBES = config["probes"]


def inputs_at(wildcards):
    """The inputs that the networks of the variant at hand learn from, the main first."""
    return list(experiments_of_inputs(wildcards))


def probes_of(wildcards):
    """The probes of each input of the variant at hand, as pairs of input and probe."""
    names = inputs_at(wildcards)
    ways = study_of(wildcards)["inputs"]
    probes = ["background", "outline", "source", "labels", "duplicates"]
    pairs = [(names[0], "header")] if names else []
    pairs += [(name, probe) for name in names for probe in probes]
    return pairs + [(n, "slices") for n in names if ways[n]["kind"] == "slices"]


def findings_of(wildcards):
    """What the probes of the variant at hand found."""
    folder = f"results/{wildcards.study}/{wildcards.variant}/probes"
    return [f"{folder}/{name}/{probe}.csv" for name, probe in probes_of(wildcards)]


def inputs_of_findings(wildcards):
    """The input of each of these files."""
    return [name for name, _ in probes_of(wildcards)]


def experiments_of_inputs(wildcards):
    """Of each input of the variant at hand, the experiments that learn from it."""
    study, variant = wildcards.study, wildcards.variant
    experiments = {}
    for experiment in experiments_of(study, variant):
        name = settings(study, variant, experiment)["input"]
        experiments.setdefault(name, []).append(experiment)
    return experiments


def predictions_probed(wildcards):
    """The predictions of all experiments that a probe can cast doubt on."""
    experiments = experiments_of_inputs(wildcards).values()
    names = [name for group in experiments for name in group]
    return predictions_of(wildcards.study, wildcards.variant, names)


def headers_of(wildcards):
    """What the files of an input's cohorts tell without a look at the images."""
    return expand(
        "results/{study}/headers/{cohort}/chunk-{chunk}.csv",
        study=wildcards.study,
        cohort=contrasts_probed(wildcards),
        chunk=range(CHUNKS),
    )


def contrasts_probed(wildcards):
    """Of each cohort of the variant at hand, the images that an input takes."""
    labels = settings(wildcards.study, wildcards.variant)["labels"]
    contrasts = input_of(wildcards)["contrasts"]
    return {name: contrasts[name] for name in contrasts if name in labels}


def shown_probed(wildcards):
    """Whether an input shows the brain, or the tumour alone."""
    return input_of(wildcards).get("shown", "tumour")


def header_contrasts_of(wildcards):
    """The images, without masks, that a study takes of the cohort at hand."""
    images = images_of(wildcards)[wildcards.cohort]
    return [name for name in images if name != "mask"]


def probes_shown(study):
    """The tables of leak probes on the page, variant by variant."""
    caption, columns = (config["probes"]["page"][key] for key in ("title", "columns"))
    return [
        {
            "variant": variant,
            "file": f"results/{study}/{variant}/tables/probes.csv",
            "caption": caption,
            "columns": columns,
        }
        for variant in whole_variants(study)
        if inputs_at(Wildcards(study=study, variant=variant))
    ]
