def demo_subjects_of(wildcards):
    """How many phantoms of each group a demo cohort has."""
    return config["demo"]["subjects"][wildcards.cohort]


def has_images(wildcards):
    """Whether a cohort has more than its clinical table."""
    return COHORTS[wildcards.cohort]["images"]


def checks_of(wildcards):
    """The checked chunks of a cohort."""
    return expand(
        "results/cohorts/{cohort}/checks/chunk-{chunk}.csv",
        cohort=wildcards.cohort,
        chunk=range(CHUNKS),
    )


def largest_number_of(wildcards):
    """The largest number of subjects kept per grade in a shrunken run, or None."""
    scale = config.get("scale") or {}
    return (scale.get("subjects") or {}).get(wildcards.cohort)


def sheets_of(wildcards):
    """The subject sheets of a study's cohorts, in the order of its settings."""
    return expand(
        "results/cohorts/{cohort}/subjects.csv", cohort=study_of(wildcards)["cohorts"]
    )


def contrasts_of(wildcards):
    """The contrasts that a cohort gives to the input at hand."""
    return input_of(wildcards)["contrasts"][wildcards.cohort]


def first_contrast_of(wildcards):
    """The contrast on which a cohort's brains are found: the first of the first input."""
    first = next(iter(study_of(wildcards)["inputs"].values()))
    return first["contrasts"][wildcards.cohort][:1]


def prepared_chunks(wildcards, ending):
    """The prepared chunks of an input: all cohorts of the study."""
    return expand(
        "results/{study}/{kind}/{input}/{cohort}/chunk-{chunk}.{ending}",
        study=wildcards.study,
        kind=input_of(wildcards)["kind"],
        input=wildcards.input,
        cohort=study_of(wildcards)["cohorts"],
        chunk=range(CHUNKS),
        ending=ending,
    )


def radiomics_chunks(wildcards):
    """The measured chunks of a study: all its cohorts."""
    return expand(
        "results/{study}/radiomics/{cohort}/chunk-{chunk}.csv",
        study=wildcards.study,
        cohort=study_of(wildcards)["cohorts"],
        chunk=range(CHUNKS),
    )


def learnt_from(wildcards):
    """The packed input of an experiment and, if it takes them, the shape features."""
    experiment = experiment_of(wildcards)
    packed = f"results/{wildcards.study}/inputs/{experiment['input']}"
    files = {
        "array": f"{packed}.npy",
        "contents": f"{packed}.csv",
        "about": f"{packed}.json",
    }
    if experiment["network"]["shape_features"]:
        files["radiomics"] = f"results/{wildcards.study}/radiomics.csv"
    return files


def learning_settings_of(wildcards):
    """The settings of an experiment that training and prediction depend on."""
    merged = experiment_of(wildcards)
    return {
        key: value for key, value in merged.items() if key not in ("split", "input")
    }


def survival_sheet_of(wildcards):
    """The subject sheet whose survival a study shows."""
    cohort = study_of(wildcards)["survival"]["cohort"]
    return f"results/cohorts/{cohort}/subjects.csv"


def classes_of(study):
    """The classes of a study, in its order."""
    return STUDIES[study]["classes"] if study in STUDIES else []


def positive_class_of(study):
    """The positive class of a study of two classes."""
    return STUDIES[study]["positive"] if study in STUDIES else ""


def published_of(wildcards):
    """The files with a study's printed numbers."""
    folder = Path(workflow.basedir) / "workflow/published"
    files = sorted(folder.glob(f"{wildcards.study}*.csv"))
    return [source(file.relative_to(workflow.basedir)) for file in files]


def tables_of_study(wildcards):
    """The reproduced tables of a study, variant by variant."""
    return expand(
        "results/{study}/{variant}/tables/{table}.csv",
        study=wildcards.study,
        variant=STUDY_VARIANTS[wildcards.study],
        table=study_of(wildcards)["tables"],
    )


def variants_of_tables(wildcards):
    """The variant of each of these tables."""
    return [{"variant": Path(path).parts[2]} for path in tables_of_study(wildcards)]


def figures_of(study):
    """The figures of a study, variant by variant, with their captions."""
    return [
        {
            "file": f"results/{study}/{variant}/figures/{name}.svg",
            "caption": f"{figure['caption']} Variant {variant}.",
        }
        for variant in STUDY_VARIANTS[study]
        for name, figure in STUDIES[study]["figures"].items()
    ]


def costs_of(study):
    """What each training of a study took, under the name of its experiment."""
    return [
        {"label": f"{experiment} ({variant})", "file": file}
        for variant in STUDY_VARIANTS[study]
        for experiment in STUDIES[study]["experiments"]
        for file in expand(
            "results/{study}/{variant}/training/{experiment}/fold-{fold}_seed-{seed}/cost.json",
            study=study,
            variant=variant,
            experiment=experiment,
            fold=range(settings(study, variant)["split"]["folds"]),
            seed=config["seeds"],
        )
    ]


def report_studies():
    """What the report page shows of each study."""
    return [
        {key: study[key] for key in ("title", "citation", "doi")}
        | {
            "name": name,
            "notes": study.get("notes", []),
            "comparison": f"results/{name}/comparison.csv",
            "figures": figures_of(name),
            "costs": costs_of(name),
        }
        for name, study in STUDIES.items()
    ]


def report_files(wildcards):
    """The files behind what the page shows, and the settings beside the results."""
    files = []
    for study in report_studies():
        files += [study["comparison"]]
        files += [part["file"] for part in study["figures"] + study["costs"]]
    return files + [
        f"results/{name}/{variant}/training/{experiment}/settings.yaml"
        for name, study in STUDIES.items()
        for variant in STUDY_VARIANTS[name]
        for experiment in study["experiments"]
    ]
