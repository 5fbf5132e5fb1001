def classes_of(study):
    """The classes of a study, in its order."""
    return STUDIES[study]["classes"] if study in STUDIES else []


def positive_class_of(study):
    """The positive class of a study of two classes."""
    return STUDIES[study]["positive"] if study in STUDIES else ""


def words_of_readings(study):
    """The words of each reading of a study's survival, by its name."""
    survival = STUDIES.get(study, {}).get("survival", {"readings": []})
    return {reading["name"]: reading["words"] for reading in survival["readings"]}


def first_reading_of(study):
    """The reading of survival that the paper's own figure shows."""
    return next(iter(words_of_readings(study)), "")


def scoring_of(study):
    """How a study's variant at hand is scored."""
    return lambda wildcards: settings(study, wildcards.variant)["scoring"]


def trainings_in(study, kind, name):
    """What one training of each row took; a network counts alike in all folds."""

    def costs(wildcards):
        return [
            f"results/{study}/{trained_variant(study, wildcards.variant, experiment)}/"
            f"training/{experiment}/fold-0_seed-{config['seeds'][0]}/cost.json"
            for experiment in (
                row["experiment"]
                for row in rows_of(study, wildcards.variant, kind, name)
            )
        ]

    return costs


def packed_for(study):
    """The packed input of a study's variant at hand."""

    def packed(wildcards):
        path = f"results/{study}/inputs/{settings(study, wildcards.variant)['input']}"
        return {"array": f"{path}.npy", "contents": f"{path}.csv"}

    return packed


def areas_for(study):
    """The areas of all tumour slices of the input of a study's variant at hand."""

    def areas(wildcards):
        name = settings(study, wildcards.variant)["input"]
        return expand(
            "results/{study}/slices/{input}/{cohort}/chunk-{chunk}_areas.csv",
            study=study,
            input=name,
            cohort=STUDIES[study]["inputs"][name]["contrasts"],
            chunk=range(CHUNKS),
        )

    return areas


def deviating(study):
    """The variants that run for the table of deviations alone, with one experiment."""
    single = STUDIES[study].get("deviations", {}).get("single", {})
    return {name: single[name] for name in STUDY_VARIANTS[study] if name in single}


def whole_variants(study):
    """The variants whose tables and figures are all made."""
    return [name for name in STUDY_VARIANTS[study] if name not in deviating(study)]


def experiments_of(study, variant):
    """The experiments of a variant that train and that a table or figure shows."""
    if variant in deviating(study):
        return [deviating(study)[variant]]
    shown = {
        row["experiment"]
        for kind in ("tables", "figures")
        for name in STUDIES[study][kind]
        for row in rows_of(study, variant, kind, name)
    }
    return [name for name in STUDIES[study]["experiments"] if name in shown]


def settings_of_experiments(wildcards):
    """The merged settings of all experiments of the variant at hand, by name."""
    study, variant = wildcards.study, wildcards.variant
    return {
        name: settings(study, variant, name) for name in experiments_of(study, variant)
    }


def shown_of(study, variant, kind):
    """The tables or figures of a variant: those without rows, or with any that runs."""
    return {
        name: part
        for name, part in STUDIES[study][kind].items()
        if not part["rows"] or rows_of(study, variant, kind, name)
    }


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
    return predictions_by_variant("chatterjee2022", rows_of_deviations(wildcards))


def predictions_by_variant(study, rows):
    """The predictions of each variant that rows name, for each with its experiments."""
    files = {}
    for row in rows:
        paths = predictions_of(study, row["variant"], row["experiment"])
        known = files.setdefault(row["variant"], [])
        known += [path for path in paths if path not in known]
    return files


def layouts_of(study):
    """How the tables of a study are laid out: title, heading, columns of each."""
    others = ("deviations", "factorial")
    extra = {name: STUDIES[study][name] for name in others if name in STUDIES[study]}
    return STUDIES[study]["tables"] | extra


def layout_of(wildcards):
    """How the table at hand is laid out."""
    return layouts_of(wildcards.study)[wildcards.table]


def tables_of(study):
    """The reproduced tables of a study without their ending, variant by variant."""
    tables = [
        f"results/{study}/{variant}/tables/{table}"
        for variant in whole_variants(study)
        for table in shown_of(study, variant, "tables")
    ]
    return tables + deviations_of(study) + factorial_of(study)


def deviations_of(study):
    """The table of a study's deviations without its ending, if it is made."""
    deviations = STUDIES[study].get("deviations", {})
    if deviating(study) and deviations["reference"] in whole_variants(study):
        return [f"results/{study}/{deviations['reference']}/tables/deviations"]
    return []


def formatted_tables(wildcards):
    """The tables of all studies as their papers print them, and beside the printed."""
    tables = [f"{table}.md" for study in STUDIES for table in tables_of(study)]
    return tables + [f"results/{study}/comparison.tex" for study in STUDIES]


def published_of(wildcards):
    """The files with a study's printed numbers."""
    folder = Path(workflow.basedir) / "workflow/published"
    files = sorted(folder.glob(f"{wildcards.study}*.csv"))
    return [source(file.relative_to(workflow.basedir)) for file in files]


def claims_file_of(wildcards):
    """The file with what a study claims of its printed numbers."""
    return source(f"workflow/published/{wildcards.study}_claims.yaml")


def text_file_of(wildcards):
    """The file that says how a run gives the numbers of a study's text."""
    return source(f"workflow/published/{wildcards.study}_text.yaml")


def sheets_of_study(wildcards):
    """The sheets of a study's cohorts."""
    return expand(
        "results/cohorts/{cohort}/subjects.csv", cohort=sorted(NEEDED[wildcards.study])
    )


def printed_tables_of(study, variant):
    """The reproduced tables of a variant, and its figures of numbers."""
    tables = [
        f"results/{study}/{variant}/tables/{name}.csv"
        for name in shown_of(study, variant, "tables")
    ]
    figures = [
        f"results/{study}/{variant}/figures/{name}.csv"
        for name, figure in shown_of(study, variant, "figures").items()
        if figure.get("compared")
    ]
    return tables + figures


def printed_tables_at(wildcards):
    """The reproduced tables of the variant at hand, and its figures of numbers."""
    return printed_tables_of(wildcards.study, wildcards.variant)


def tables_of_study(wildcards):
    """All tables of numbers of a study, variant by variant."""
    study = wildcards.study
    tables = [
        path
        for variant in whole_variants(study)
        for path in [
            *printed_tables_of(study, variant),
            f"results/{study}/{variant}/tables/text.csv",
        ]
    ]
    return tables + [
        f"{table}.csv" for table in deviations_of(study) + factorial_of(study)
    ]


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
    """The figures of a study, variant by variant, with their captions.

    Those that are alike in all variants stand with the first alone.
    """
    return [
        {
            "variant": variant,
            "file": f"results/{study}/{variant}/figures/{name}.svg",
            "caption": figure["caption"],
        }
        for variant in whole_variants(study)
        for name, figure in shown_of(study, variant, "figures").items()
        if variant == whole_variants(study)[0] or not figure.get("once", False)
    ]


def costs_of(study):
    """What each training of a study took, under the name of its experiment."""
    return [
        {
            "experiment": experiment,
            "variant": variant,
            "file": f"results/{study}/{variant}/training/{experiment}/"
            f"fold-{fold}_seed-{seed}/cost.json",
        }
        for variant in STUDY_VARIANTS[study]
        for experiment in experiments_of(study, variant)
        if variant == trained_variant(study, variant, experiment)
        for fold, seed in runs_of(Wildcards(study=study, variant=variant))
    ]
