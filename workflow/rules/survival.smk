rule collect_survival:
    """One row a patient: class, time and event, missing times filled as the paper has it."""
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
        classes=lambda wildcards: study_of(wildcards)["survival"]["classes"],
        days_per_month=lambda wildcards: study_of(wildcards)["survival"][
            "days_per_month"
        ],
        imputed_class=lambda wildcards: study_of(wildcards)["survival"]["imputed_class"],
        trim=lambda wildcards: study_of(wildcards)["survival"]["trim"],
    script:
        "../../scripts/collect_survival.py"
