localrules:
    summarise_readings,
    estimate_restricted_means,
    fit_cox,


rule collect_survival:
    """One row a patient and reading: class, time and event, missing times filled."""
    input:
        found=survival_table_of,
        library=library("collect_survival"),
    output:
        survival="results/{study}/survival.csv",
    log:
        "results/logs/collect_survival/{study}.log",
    benchmark:
        "results/benchmarks/collect_survival/{study}.tsv"
    conda:
        "../../envs/statistics.yaml"
    params:
        classes=survival_of("classes"),
        days_per_month=survival_of("days_per_month"),
        imputed_class=survival_of("imputed_class"),
        trim=survival_of("trim"),
        readings=survival_of("readings"),
    script:
        "../../scripts/collect_survival.py"


rule summarise_readings:
    """Medians, numbers at risk and the log-rank test in every reading."""
    input:
        survival="results/{study}/survival.csv",
        library=library("summarise_readings"),
    output:
        readings="results/{study}/survival/readings.csv",
    log:
        "results/logs/summarise_readings/{study}.log",
    benchmark:
        "results/benchmarks/summarise_readings/{study}.tsv"
    conda:
        "../../envs/statistics.yaml"
    params:
        classes=classes_of_study,
        at_risk=survival_of("at_risk"),
        horizon=survival_of("horizon"),
        published=survival_of("published"),
    script:
        "../../scripts/summarise_readings.py"


rule estimate_restricted_means:
    """Mean survival up to a horizon, of each class and between them, in every reading."""
    input:
        survival="results/{study}/survival.csv",
        library=library("estimate_restricted_means"),
    output:
        means="results/{study}/survival/restricted_means.csv",
    log:
        "results/logs/estimate_restricted_means/{study}.log",
    benchmark:
        "results/benchmarks/estimate_restricted_means/{study}.tsv"
    conda:
        "../../envs/statistics.yaml"
    params:
        classes=classes_of_study,
        horizon=survival_of("horizon"),
    script:
        "../../scripts/estimate_restricted_means.py"


rule fit_cox:
    """Cox models of the class, alone and beside age, sex, resection and IDH."""
    input:
        survival="results/{study}/survival.csv",
        library=library("fit_cox"),
    output:
        cox="results/{study}/survival/cox.csv",
    log:
        "results/logs/fit_cox/{study}.log",
    benchmark:
        "results/benchmarks/fit_cox/{study}.tsv"
    conda:
        "../../envs/statistics.yaml"
    params:
        reading=cox_of("reading"),
        covariates=cox_of("covariates"),
        models=cox_of("models"),
        events_per_term=cox_of("events_per_term"),
    script:
        "../../scripts/fit_cox.py"
