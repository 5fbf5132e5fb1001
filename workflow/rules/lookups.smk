from types import SimpleNamespace as Wildcards

from snakemake.exceptions import WorkflowError


def study_file_of(wildcards):
    """The settings file of the study at hand, with its comments."""
    return source(f"workflow/studies/{wildcards.study}.yaml")


def demo_subjects_of(wildcards):
    """How many phantoms of each group a demo cohort has."""
    return config["demo"]["subjects"][wildcards.cohort]


def checks_of(wildcards):
    """The checked chunks of a cohort."""
    return expand(
        "results/cohorts/{cohort}/checks/chunk-{chunk}.csv",
        cohort=wildcards.cohort,
        chunk=range(CHUNKS),
    )


def brains_of(wildcards):
    """What looking for the brains of a cohort gave, chunk by chunk."""
    return expand(
        "results/cohorts/{cohort}/brains/{method}/chunk-{chunk}.csv",
        cohort=wildcards.cohort,
        method=config["stripping"]["method"],
        chunk=range(CHUNKS),
    )


def masks_of(wildcards):
    """The brain masks of a chunk of a cohort."""
    method = config["stripping"]["method"]
    return f"results/cohorts/{wildcards.cohort}/brains/{method}/chunk-{wildcards.chunk}"


def sheets_of_pictures(wildcards):
    """The contact sheets of a cohort, chunk by chunk; none where it has no images."""
    return expand(
        "results/cohorts/{cohort}/contact_sheets/chunk-{chunk}",
        cohort=wildcards.cohort,
        chunk=range(CHUNKS if cohort_of(wildcards)["images"] else 0),
    )


def scope_of(wildcards):
    """What keeps the counts of a cohort from being those of its owners."""
    cohort = {wildcards.cohort: cohort_of(wildcards)}
    return scope(cohort, config.get("scale"), random_weights=False)


def about_cohort(wildcards):
    """Title, licence and citation of a cohort; of a demo cohort, what it is."""
    if cohort_of(wildcards)["folder"].startswith(DEMO):
        return {"title": "Brain phantoms in the layout of the cohort; no patient."}
    shown = ("title", "url", "licence", "citation")
    source = source_of(wildcards.cohort) or {}
    return {key: source[key] for key in shown if key in source}


def largest_number_of(wildcards):
    """The largest number of subjects kept per grade in a shrunken run, or None."""
    scale = config.get("scale") or {}
    return (scale.get("subjects") or {}).get(wildcards.cohort)


def sheets_of(wildcards):
    """The subject sheets of a study's cohorts, in the order of its settings."""
    return expand(
        "results/cohorts/{cohort}/subjects.csv", cohort=study_of(wildcards)["cohorts"]
    )


def problems_of(wildcards):
    """Who was left out of a study's cohorts."""
    return expand(
        "results/cohorts/{cohort}/problems.csv", cohort=study_of(wildcards)["cohorts"]
    )


def grades_of(wildcards):
    """Of each cohort, the grades that have a class in any variant that runs."""
    study, variants = study_of(wildcards), STUDY_VARIANTS[wildcards.study]
    scaled = SCALE.get(wildcards.study)
    return {name: graded(study, name, variants, scaled) for name in study["cohorts"]}


def images_of(wildcards):
    """Of each cohort, the images that any input of a variant that runs takes of it."""
    study, variants = study_of(wildcards), STUDY_VARIANTS[wildcards.study]
    scaled = SCALE.get(wildcards.study)
    images = {name: taken(study, name, variants, scaled) for name in study["cohorts"]}
    if wants_features(study, variants, scaled):
        for name in set(images) - set(cohorts_with_table(wildcards)):
            images[name] = list(dict.fromkeys([*images[name], "mask"]))
    return images


def samples_of(wildcards):
    """Of each cohort, how many subjects a study draws; None takes all."""
    cohorts = study_of(wildcards)["cohorts"]
    return {name: cohort.get("sample") for name, cohort in cohorts.items()}


def contrasts_of(wildcards):
    """The contrasts that a cohort gives to the input at hand."""
    return input_of(wildcards)["contrasts"][wildcards.cohort]


def prepared_chunks(wildcards, ending):
    """The prepared chunks of an input: all cohorts of which it has images."""
    return expand(
        "results/{study}/{kind}/{input}/{cohort}/chunk-{chunk}.{ending}",
        study=wildcards.study,
        kind=input_of(wildcards)["kind"],
        input=wildcards.input,
        cohort=input_of(wildcards)["contrasts"],
        chunk=range(CHUNKS),
        ending=ending,
    )


def radiomics_parts(wildcards):
    """The shape features of a study: all its cohorts, chunks or a table of each."""
    taken_over = cohorts_with_table(wildcards)
    cohorts = study_of(wildcards)["cohorts"]
    chunks = expand(
        "results/{study}/radiomics/{cohort}/chunk-{chunk}.csv",
        study=wildcards.study,
        cohort=[name for name in cohorts if name not in taken_over],
        chunk=range(CHUNKS),
    )
    return chunks + radiomics_tables(wildcards)


def cohorts_with_table(wildcards):
    """The cohorts of a study whose shape features come from a table made elsewhere."""
    study = study_of(wildcards)
    names = study["cohorts"] if "radiomics" in study else []
    return [name for name in names if COHORTS[name]["radiomics"]]


def radiomics_tables(wildcards):
    """These tables, checked; subjects that are not in them are not taken."""
    return [
        f"results/{wildcards.study}/radiomics/{name}/table.csv"
        for name in cohorts_with_table(wildcards)
    ]


def radiomics_table_of(wildcards):
    """A cohort's table of shape features, as config.yaml names it."""
    path = COHORTS[wildcards.cohort]["radiomics"]
    if not Path(path).is_file():
        sys.exit(
            f"Regrade stopped. There is no file {path}; correct "
            f"`cohorts.{wildcards.cohort}.radiomics` in config.yaml."
        )
    return path


def learnt_from(wildcards):
    """The packed input of an experiment and, if it takes them, the shape features."""
    experiment = experiment_of(wildcards)
    packed = f"results/{wildcards.study}/inputs/{experiment['input']}"
    files = {
        "array": f"{packed}.npy",
        "contents": f"{packed}.csv",
        "about": f"{packed}.json",
    }
    if experiment["network"]["shape_features"] != "none":
        files["radiomics"] = f"results/{wildcards.study}/radiomics.csv"
    return files


def learning_settings_of(wildcards):
    """The settings of an experiment that its predictions depend on."""
    merged = experiment_of(wildcards)
    others = ("labels", "split", "input", "scoring")
    kept = {key: value for key, value in merged.items() if key not in others}
    return kept | {"channels": channels_of(merged, study_of(wildcards))}


def training_settings_of(wildcards):
    """The settings of an experiment that its training depends on.

    How the last weights are scored is not among them.
    """
    kept = learning_settings_of(wildcards)
    if kept["evaluation"]["epochs"] == "last":
        kept["evaluation"] = {"epochs": "last"}
    return kept


def trained_variant(study, variant, experiment):
    """The first variant of a study that trains an experiment just so.

    Variants that differ only in how they score share their trainings.
    """

    def needs(name):
        at_hand = Wildcards(study=study, variant=name, experiment=experiment)
        merged = experiment_of(at_hand)
        others = [merged[key] for key in ("labels", "split", "input")]
        return [training_settings_of(at_hand), *others]

    running = [*STUDY_VARIANTS[study], variant]
    return next(name for name in running if needs(name) == needs(variant))


def runs_of(wildcards):
    """The fold and seed of each run of a variant's experiments."""
    folds = settings(wildcards.study, wildcards.variant)["split"]["folds"]
    return [(fold, seed) for fold in range(folds) for seed in config["seeds"]]


def trained(wildcards):
    """What the trainings of an experiment leave for its predictions, run by run."""
    variant = trained_variant(wildcards.study, wildcards.variant, wildcards.experiment)
    folder = f"results/{wildcards.study}/{variant}/training/{wildcards.experiment}"
    names = {"weights": "weights.pt", "history": "history.csv", "pooled": "pooled.npy"}
    return {
        key: [
            f"{folder}/fold-{fold}_seed-{seed}/{name}"
            for fold, seed in runs_of(wildcards)
        ]
        for key, name in names.items()
    }


def split_of(wildcards):
    """How a variant of a study is split; a k-fold has no share."""
    return {"test_share": None} | settings(*wildcards)["split"]


def library_file_of(network, place):
    """The file of a network's pretrained weights: its name and hash."""
    files = SOURCES["weights"]["files"]
    wanted = (network["name"], network["weights"])
    fitting = [f for f in files if (f.get("network"), f.get("data")) == wanted]
    if not fitting:
        sys.exit(
            f"Regrade stopped. {place} asks for {network['weights']} weights of "
            f"{network['name']}, but {config['fetch']['sources']} has none."
        )
    return fitting[0]


def pretrained_of(wildcards):
    """The file of the pretrained weights that an experiment starts from, if any."""
    network = experiment_of(wildcards)["network"]
    if network["weights"] == "none":
        return {}
    path = f"{WEIGHTS}/{library_file_of(network, wildcards.experiment)['name']}"
    if not (WEIGHTS == DEMO_WEIGHTS or Path(path).exists()):
        sys.exit(
            f"Regrade stopped. The experiment {wildcards.experiment} starts from "
            f"{network['weights']} weights, but {path} is not there; run `snakemake "
            "fetch`, or set fetch.weights in config.yaml to the folder that has it."
        )
    return {"pretrained": path}


def hash_of_pretrained(wildcards):
    """The hash of the library's file; None without one, or where the demo made it."""
    network = experiment_of(wildcards)["network"]
    if network["weights"] == "none" or WEIGHTS == DEMO_WEIGHTS:
        return None
    return library_file_of(network, wildcards.experiment)["sha256"]


def network_of_file(wildcards):
    """The network whose weights a file holds."""
    files = {file["name"]: file for file in SOURCES["weights"]["files"]}
    return files[wildcards.file]["network"]


def survival_table_of(wildcards):
    """The list of the cohort whose survival a study shows."""
    cohort = study_of(wildcards)["survival"]["cohort"]
    return f"results/cohorts/{cohort}/found.csv"


def survival_of(key):
    """A setting of the survival chapter, for the study at hand."""
    return lambda wildcards: study_of(wildcards)["survival"][key]


def cox_of(key):
    """A setting of the Cox models, for the study at hand."""
    return lambda wildcards: study_of(wildcards)["survival"]["cox"][key]


def classes_of_study(wildcards):
    """The classes of the study at hand."""
    return study_of(wildcards)["classes"]


def classes_in(study, variant):
    """The classes of a variant, in its study's order: those its label rule gives."""
    labels = settings(study, variant)["labels"]
    given = {name for grades in labels.values() for name in grades.values()}
    return [name for name in STUDIES[study]["classes"] if name in given]


def classes_at(wildcards):
    """The classes of the variant at hand."""
    return classes_in(wildcards.study, wildcards.variant)
