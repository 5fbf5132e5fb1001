localrules:
    sum_up_run,


rule sum_up_run:
    """What came of a run: its verdicts, its cohorts, its costs."""
    input:
        subjects=expand("results/cohorts/{cohort}/subjects.csv", cohort=USED),
        problems=expand("results/cohorts/{cohort}/problems.csv", cohort=USED),
        files=summed_files,
        library=library("sum_up_run"),
    output:
        verdicts="results/report/verdicts.csv",
        cohorts="results/report/cohorts.csv",
        costs="results/report/costs.csv",
    log:
        "results/logs/sum_up_run.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        cohorts=USED,
        studies=summed_studies(),
        costs=report_costs(),
    script:
        "../../scripts/sum_up_run.py"


rule report:
    """One self-contained page with the numbers, their intervals and their origin."""
    input:
        verdicts="results/report/verdicts.csv",
        cohorts="results/report/cohorts.csv",
        costs="results/report/costs.csv",
        problems=expand("results/cohorts/{cohort}/problems.csv", cohort=USED),
        pages=expand("results/report/cohorts/{cohort}.html", cohort=USED)
        + expand("results/report/{study}.html", study=STUDIES),
        studies=report_files,
        run="results/run.json",
        checklists="results/checklists.csv",
        citation=source("CITATION.cff"),
        template=source("workflow/report/page.html.j2"),
        parts=report_parts(),
        style=[source("workflow/report/page.css"), source("workflow/report/report.css")],
        behaviour=source("workflow/report/page.js"),
        library=library("report"),
    output:
        page="results/report/index.html",
    log:
        "results/logs/report.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        scope=SCOPE,
        cohorts=report_cohorts(),
        studies=report_studies(),
        most_megabytes=PAGE["most_megabytes"],
    script:
        "../../scripts/report.py"
