CHECKLISTS = ["claim2024", "tripod_ai", "clear", "metrics"]


def studies_checked():
    """The studies with their variants, and whether they have features and networks.

    Of a study that trains networks, variants without any are not looked at.
    """
    studies = []
    for name, running in STUDY_VARIANTS.items():
        whole = whole_variants(name)
        trained = [variant for variant in whole if experiments_of(name, variant)]
        study = {"name": name, "variants": trained or whole, "networks": bool(trained)}
        study["features"] = wants_features(STUDIES[name], running, SCALE.get(name))
        studies.append(study)
    return studies


def captions_checked():
    """The captions of all figures, by file."""
    return {
        figure["file"]: figure["caption"]
        for study in STUDIES
        for figure in figures_of(study)
    }


def really_what_it_says():
    """Whether no cohort is a demo one and no pretrained weights are random."""
    demo = any(COHORTS[name]["folder"].startswith(DEMO) for name in USED)
    return not demo and not (PRETRAINED and WEIGHTS == DEMO_WEIGHTS)


def files_checked(wildcards):
    """The files of the run that can answer an item."""
    files = report_files(wildcards) + files_of_cohorts()
    files += ["results/run.json"]
    for study in STUDIES:
        files += files_of_study(study) + [f"{t}.csv" for t in tables_of(study)]
        for variant in whole_variants(study):
            files += files_of_variant(study, variant)
    return list(dict.fromkeys(files))


def files_of_cohorts():
    """Who is in the cohorts, who was left out, and what was found of their brains."""
    files = expand(
        ["results/cohorts/{cohort}/{name}.csv", "results/report/cohorts/{cohort}.html"],
        cohort=USED,
        name=["subjects", "problems"],
    )
    imaged = [name for name in USED if COHORTS[name]["images"]]
    at_hand = [Wildcards(cohort=name) for name in imaged]
    return files + [file for cohort in at_hand for file in brains_of(cohort)]


def files_of_study(study):
    """Who was studied, how images look, which slices were taken, shape features."""
    at_hand = Wildcards(study=study)
    folder = f"results/{study}"
    variants = [Wildcards(study=study, variant=v) for v in whole_variants(study)]
    inputs = {name for variant in variants for name in inputs_at(variant)}
    files = [f"{folder}/subjects.csv", f"{folder}/exclusions.csv"]
    files += [f"{folder}/inputs/{name}.csv" for name in sorted(inputs)]
    for name in sorted(inputs):
        contrasts = STUDIES[study]["inputs"][name]["contrasts"]
        files += expand(
            f"{folder}/headers/{{cohort}}/chunk-{{chunk}}.csv",
            cohort=contrasts,
            chunk=range(CHUNKS),
        )
    if wants_features(STUDIES[study], STUDY_VARIANTS[study], SCALE.get(study)):
        files += [f"{folder}/radiomics.csv", *radiomics_parts(at_hand)]
    return files


def files_of_variant(study, variant):
    """The split of a variant, its counts, its predictions and what explains them."""
    folder = f"results/{study}/{variant}"
    experiments = experiments_of(study, variant)
    files = [f"{folder}/splits.csv", f"{folder}/flow.csv"]
    files += predictions_of(study, variant, experiments)
    explained = STUDIES[study].get("explanation", {})
    if "subjects" in explained and explained["experiment"] in experiments:
        at_hand = explained_in(study)(Wildcards(variant=variant))
        files += [at_hand["explanations"], at_hand["randomisation"]]
    return files
