def classes_of(study):
    """The classes of a study, in its order."""
    return STUDIES[study]["classes"] if study in STUDIES else []


def positive_class_of(study):
    """The positive class of a study of two classes."""
    return STUDIES[study]["positive"] if study in STUDIES else ""


def scoring_of(study):
    """How a study's variant at hand is scored."""
    return lambda wildcards: settings(study, wildcards.variant)["scoring"]


def trainings_in(study, kind, name):
    """What one training of each row took; a network counts alike in all folds."""

    def costs(wildcards):
        return [
            f"results/{study}/{trained_variant(study, wildcards.variant, experiment)}/"
            f"training/{experiment}/fold-0_seed-{config['seeds'][0]}/cost.json"
            for experiment in (row["experiment"] for row in rows_of(study, kind, name))
        ]

    return costs


def packed_for(study):
    """The packed input of a study's variant at hand."""

    def packed(wildcards):
        path = f"results/{study}/inputs/{settings(study, wildcards.variant)['input']}"
        return {"array": f"{path}.npy", "contents": f"{path}.csv"}

    return packed


def deviating(study):
    """The variants that run for the table of deviations alone, with one experiment."""
    single = STUDIES[study].get("deviations", {}).get("single", {})
    return {name: single[name] for name in STUDY_VARIANTS[study] if name in single}


def whole_variants(study):
    """The variants whose tables and figures are all made."""
    return [name for name in STUDY_VARIANTS[study] if name not in deviating(study)]


def experiments_of(study, variant):
    """The experiments of a variant that a table or figure shows."""
    if variant in deviating(study):
        return [deviating(study)[variant]]
    parts = [*STUDIES[study]["tables"].values(), *STUDIES[study]["figures"].values()]
    shown = {row["experiment"] for part in parts for row in part["rows"]}
    return [name for name in STUDIES[study]["experiments"] if name in shown]


def rows_of_deviations(wildcards):
    """The rows of a table of deviations, each scored as its variant's settings say.

    The reference comes first, with each experiment that a deviation is shown on; the
    variant with all deviations stands there with right scoring, too.
    """
    study = "chatterjee2022"
    deviations, single = STUDIES[study]["deviations"], deviating(study)
    main = deviations["experiment"]
    shown = [
        (wildcards.variant, experiment)
        for experiment in dict.fromkeys([main, *single.values()])
    ]
    shown += list(single.items())
    if deviations["together"] in STUDY_VARIANTS[study]:
        shown += [(deviations["together"], main)]
    rows = [
        {
            "row": variant.replace("_", " ")
            + ("" if experiment == main else f", {experiment}"),
            "variant": variant,
            "experiment": experiment,
            "scoring": settings(study, variant)["scoring"],
        }
        for variant, experiment in shown
    ]
    if rows[-1]["variant"] == deviations["together"]:
        words = f"{rows[-1]['row']}, right scoring"
        rows += [rows[-1] | {"row": words, "scoring": "right"}]
    return rows


def predictions_of_deviations(wildcards):
    """The predictions of each variant of a table of deviations."""
    files = {}
    for row in rows_of_deviations(wildcards):
        paths = predictions_of("chatterjee2022", row["variant"], row["experiment"])
        known = files.setdefault(row["variant"], [])
        known += [path for path in paths if path not in known]
    return files


def layout_of(wildcards):
    """How a paper lays a table out: title, heading, columns."""
    study = study_of(wildcards)
    tables = study["tables"] | {"deviations": study.get("deviations")}
    return tables[wildcards.table]


def tables_of(study):
    """The reproduced tables of a study without their ending, variant by variant."""
    tables = [
        f"results/{study}/{variant}/tables/{table}"
        for variant in whole_variants(study)
        for table in STUDIES[study]["tables"]
    ]
    deviations = STUDIES[study].get("deviations", {})
    if deviating(study) and deviations["reference"] in whole_variants(study):
        tables += [f"results/{study}/{deviations['reference']}/tables/deviations"]
    return tables


def formatted_tables(wildcards):
    """The tables of all studies as their papers print them."""
    return [f"{table}.md" for study in STUDIES for table in tables_of(study)]


def published_of(wildcards):
    """The files with a study's printed numbers."""
    folder = Path(workflow.basedir) / "workflow/published"
    files = sorted(folder.glob(f"{wildcards.study}*.csv"))
    return [source(file.relative_to(workflow.basedir)) for file in files]


def tables_of_study(wildcards):
    """The reproduced tables of a study, variant by variant."""
    return [f"{table}.csv" for table in tables_of(wildcards.study)]


def variants_of_tables(wildcards):
    """The variant of each of these tables."""
    return [{"variant": Path(path).parts[2]} for path in tables_of_study(wildcards)]


def flow_charts_of(study):
    """Who was studied and who was left out, variant by variant."""
    caption = "From all subjects that the cohorts name to those studied."
    return [
        {
            "variant": variant,
            "file": f"results/{study}/{variant}/figures/flow_chart.svg",
            "caption": caption,
        }
        for variant in whole_variants(study)
    ]


def figures_of(study):
    """The figures of a study, variant by variant, with their captions."""
    return [
        {
            "variant": variant,
            "file": f"results/{study}/{variant}/figures/{name}.svg",
            "caption": figure["caption"],
        }
        for variant in whole_variants(study)
        for name, figure in STUDIES[study]["figures"].items()
    ]


def costs_of(study):
    """What each training of a study took, under the name of its experiment."""
    return [
        {"label": f"{experiment} ({variant})", "file": file}
        for variant in STUDY_VARIANTS[study]
        for experiment in experiments_of(study, variant)
        if variant == trained_variant(study, variant, experiment)
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
        for name in STUDIES
        for variant in STUDY_VARIANTS[name]
        for experiment in experiments_of(name, variant)
    ]
