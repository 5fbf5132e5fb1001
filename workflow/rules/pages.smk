rule draw_contact_sheet:
    """Three cuts through each subject of a chunk, with brain and tumour outlined."""
    input:
        folder=ancient(folder_of),
        found="results/cohorts/{cohort}/found.csv",
        brains=lambda wildcards: masks_of(wildcards) + ".csv",
        masks=masks_of,
        library=library("draw_contact_sheet"),
    output:
        sheet=directory("results/cohorts/{cohort}/contact_sheets/chunk-{chunk}"),
    log:
        "results/logs/draw_contact_sheet/{cohort}/chunk-{chunk}.log",
    benchmark:
        "results/benchmarks/draw_contact_sheet/{cohort}/chunk-{chunk}.tsv"
    conda:
        "../../envs/imaging.yaml"
    resources:
        mem_mb=2000,
        runtime=120,
    params:
        folder=folder_of,
        size=config["contact_sheets"]["size"],
    script:
        "../../scripts/draw_contact_sheet.py"


rule cohort_page:
    """Who is in a cohort, who was left out and why, and what the images show."""
    input:
        found="results/cohorts/{cohort}/found.csv",
        subjects="results/cohorts/{cohort}/subjects.csv",
        problems="results/cohorts/{cohort}/problems.csv",
        sheets=sheets_of_pictures,
        template=source("workflow/report/cohort.html.j2"),
        style=source("workflow/report/page.css"),
        library=library("cohort_page"),
    output:
        page="results/report/cohorts/{cohort}.html",
    log:
        "results/logs/cohort_page/{cohort}.log",
    benchmark:
        "results/benchmarks/cohort_page/{cohort}.tsv"
    conda:
        "../../envs/statistics.yaml"
    params:
        cohort="{cohort}",
        scope=scope_of,
        about=about_cohort,
        most=config["contact_sheets"]["most"],
    script:
        "../../scripts/cohort_page.py"


rule cohorts:
    """The pages of all cohorts that are switched on, whether a study needs them or not."""
    input:
        expand("results/report/cohorts/{cohort}.html", cohort=COHORTS),
