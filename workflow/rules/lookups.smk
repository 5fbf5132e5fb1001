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
    return scope({wildcards.cohort: cohort_of(wildcards)}, config.get("scale"))


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


def samples_of(wildcards):
    """Of each cohort, how many subjects a study draws; None takes all."""
    cohorts = study_of(wildcards)["cohorts"]
    return {name: cohort.get("sample") for name, cohort in cohorts.items()}


def contrasts_of(wildcards):
    """The contrasts that a cohort gives to the input at hand."""
    return input_of(wildcards)["contrasts"][wildcards.cohort]


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
    others = ("labels", "split", "input")
    return {key: value for key, value in merged.items() if key not in others}


def survival_table_of(wildcards):
    """The list of the cohort whose survival a study shows."""
    cohort = study_of(wildcards)["survival"]["cohort"]
    return f"results/cohorts/{cohort}/found.csv"


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


def flow_charts_of(study):
    """Who was studied and who was left out, variant by variant."""
    caption = "From all subjects that the cohorts name to those studied."
    return [
        {
            "file": f"results/{study}/{variant}/figures/flow_chart.svg",
            "caption": f"{caption} Variant {variant}.",
        }
        for variant in STUDY_VARIANTS[study]
    ]


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
            "figures": flow_charts_of(name) + figures_of(name),
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
