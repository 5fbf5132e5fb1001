rule report:
    """One self-contained page with the numbers, their intervals and their origin."""
    input:
        subjects=expand("results/cohorts/{cohort}/subjects.csv", cohort=USED),
        problems=expand("results/cohorts/{cohort}/problems.csv", cohort=USED),
        pages=expand("results/report/cohorts/{cohort}.html", cohort=USED),
        studies=report_files,
        template=source("workflow/report/page.html.j2"),
        style=source("workflow/report/page.css"),
        library=library("report"),
    output:
        page="results/report/index.html",
    log:
        "results/logs/report.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        scope=SCOPE,
        cohorts=USED,
        studies=report_studies(),
    script:
        "../../scripts/report.py"
