PAGE = read_yaml("workflow/report/page.yaml")


def table_shown(section, name, file, schema, variant="", **words):
    """A table that stands on the page as it is."""
    return {
        "section": section,
        "name": name,
        "variant": variant,
        "file": file,
        "schema": schema,
    } | (words or PAGE["tables"][schema])


def extra_shown(section, extra):
    """A table whose words stand in the settings, as those of claims and leak probes."""
    name = Path(extra["file"]).stem
    words = {key: extra[key] for key in ("caption", "columns")}
    return table_shown(section, name, extra["file"], name, extra["variant"], **words)


def deviations_shown(study):
    """The tables that say what each deviation costs."""
    return [
        table_shown(
            "deviations",
            name,
            f"{table}.csv",
            "table",
            Path(table).parts[2],
            caption=layouts_of(study)[name]["title"],
            **PAGE["tables"]["table"],
        )
        for table in tables_of(study)
        for name in [Path(table).name]
        if name in ("deviations", "factorial")
    ]


def survival_shown(study):
    """The tables of a study's survival."""
    return [
        table_shown("survival", name, f"results/{study}/survival/{name}.csv", name)
        for name in ("readings", "restricted_means", "cox")
        if "survival" in STUDIES[study]
    ]


def failures_shown(study):
    """The tables of the subjects that are most often wrong, variant by variant."""
    return [
        table_shown(
            "failures",
            "failures",
            f"results/{study}/{variant}/tables/failures.csv",
            "failures",
            variant,
        )
        for variant in whole_variants(study)
    ]


def settings_shown(study):
    """The table of a study's settings."""
    file = f"results/{study}/settings.csv"
    return [table_shown("settings", "settings", file, "settings_table")]


def rule_of_figure(study, name):
    """The rule that draws a figure; it has its script's name."""
    scripts = Path(workflow.basedir) / "scripts"
    rules = [f"{study}_{name}", f"draw_{name}", name]
    return next(rule for rule in rules if (scripts / f"{rule}.py").exists())


def figures_shown(study):
    """The figures of a study on the page, each with its section and its rule."""
    figures = []
    for figure in flow_charts_of(study) + figures_of(study):
        name = Path(figure["file"]).stem
        own = {"section": PAGE["sections"].get(name, "figures")}
        own |= STUDIES[study]["figures"].get(name, {})
        figures.append(
            figure
            | {
                "id": f"{study}-{figure['variant']}-{name}",
                "study": study,
                "name": name.replace("_", " "),
                "section": own["section"],
                "rule": rule_of_figure(study, name),
            }
        )
    return figures


def report_costs():
    """What each training of all studies took."""
    return [cost | {"study": study} for study in STUDIES for cost in costs_of(study)]


def report_studies():
    """What the report page shows of each study."""
    return [
        {key: study[key] for key in ("title", "citation", "doi")}
        | {
            "name": name,
            "notes": study.get("notes", []),
            "comparison": f"results/{name}/comparison.csv",
            "audit": f"results/{name}/audit.csv",
            "figures": figures_shown(name),
            "tables": [extra_shown("tables", extra) for extra in extras_of(name)]
            + [extra_shown("probes", extra) for extra in probes_shown(name)]
            + deviations_shown(name)
            + survival_shown(name)
            + failures_shown(name)
            + settings_shown(name),
        }
        for name, study in STUDIES.items()
    ]


def report_cohorts():
    """Title, terms and citation of each cohort."""
    return {name: about_cohort(Wildcards(cohort=name)) for name in USED}


def summed_studies():
    """The tables of each study that give a verdict."""
    return [
        {
            "study": study["name"],
            "comparison": study["comparison"],
            "audit": study["audit"],
            "judged": [
                {key: table[key] for key in ("name", "variant", "file")}
                for table in study["tables"]
                if table["name"] in ("claims", "probes")
            ],
        }
        for study in report_studies()
    ]


def summed_files(wildcards):
    """These tables, and what each training took."""
    files = [cost["file"] for cost in report_costs()]
    for study in summed_studies():
        files += [study["comparison"], study["audit"]]
        files += [table["file"] for table in study["judged"]]
    return files


def report_files(wildcards):
    """The files behind what the page shows, and the settings beside the results."""
    files = [cost["file"] for cost in report_costs()]
    for study in report_studies():
        files += [study["comparison"], study["audit"]]
        files += [part["file"] for part in study["figures"] + study["tables"]]
    return files + [
        f"results/{name}/{variant}/settings.yaml"
        for name in STUDIES
        for variant in STUDY_VARIANTS[name]
    ]


def report_parts():
    """The parts of the page's template."""
    folder = Path(workflow.basedir) / "workflow/report/parts"
    return [
        source(file.relative_to(workflow.basedir)) for file in sorted(folder.iterdir())
    ]
