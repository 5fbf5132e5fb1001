from snakemake.utils import min_version

min_version("9.19")


configfile: f"{workflow.basedir}/config.yaml"


include: "workflow/rules/common.smk"
include: "workflow/rules/lookups.smk"
include: "workflow/rules/shown.smk"
include: "workflow/rules/explained.smk"
include: "workflow/rules/claimed.smk"
include: "workflow/rules/probed.smk"
include: "workflow/rules/scored.smk"
include: "workflow/rules/recorded.smk"
include: "workflow/rules/checked.smk"
include: "workflow/rules/reported.smk"
include: "workflow/rules/failed.smk"
include: "workflow/rules/sources.smk"
include: "workflow/rules/paged.smk"
include: "workflow/rules/fetching.smk"
include: "workflow/rules/cohorts.smk"
include: "workflow/rules/splits.smk"
include: "workflow/rules/volumes.smk"
include: "workflow/rules/inputs.smk"
include: "workflow/rules/radiomics.smk"
include: "workflow/rules/training.smk"
include: "workflow/rules/baselines.smk"
include: "workflow/rules/survival.smk"
include: "workflow/rules/explanation.smk"
include: "workflow/rules/evaluation.smk"
include: "workflow/rules/probes.smk"
include: "workflow/rules/scores.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/failures.smk"
include: "workflow/rules/audit.smk"
include: "workflow/rules/zeng2024.smk"
include: "workflow/rules/zeng2024_baselines.smk"
include: "workflow/rules/chatterjee2022.smk"
include: "workflow/rules/pages.smk"
include: "workflow/rules/provenance.smk"
include: "workflow/rules/checklists.smk"
include: "workflow/rules/settings.smk"
include: "workflow/rules/report.smk"


wildcard_constraints:
    cohort="[a-z0-9_]+",
    study="[a-z]+[0-9]{4}",
    variant="[a-z0-9_]+",
    experiment=one_of(names_in("experiments")),
    baseline=one_of(names_in("baselines")),
    input="[a-z0-9_]+",
    chunk="[0-9]+",
    fold="[0-9]+",
    seed="[0-9]+",
    # What is formatted by itself, as the claims are, is not among them.
    table=one_of([name for study in STUDIES for name in layouts_of(study)]),


localrules:
    all,
    cohorts,
    list_subjects,
    select_subjects,
    split_subjects,
    count_subjects,
    flow_chart,
    cohort_page,
    read_radiomics,
    collect_radiomics,
    record_settings,
    collect_survival,
    reproduce_text,
    compare_published,
    side_by_side,
    audit_published,
    format_table,
    judge_probes,
    report,


rule all:
    """Everything the settings ask for, and the report page with it."""
    default_target: True
    input:
        "results/report/index.html",
        "results/ro-crate-metadata.json",
        "results/record.zip",
        "results/checklists.csv",
        formatted_tables,
        expand("results/{study}/settings.csv", study=STUDIES),
