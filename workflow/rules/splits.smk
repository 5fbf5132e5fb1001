rule select_subjects:
    """The subjects of a study and the classes its label rule gives them."""
    input:
        sheets=sheets_of,
        library=library("select_subjects"),
    output:
        subjects="results/{study}/subjects.csv",
    log:
        "results/logs/select_subjects/{study}.log",
    benchmark:
        "results/benchmarks/select_subjects/{study}.tsv"
    conda:
        "../../envs/statistics.yaml"
    params:
        cohorts=lambda wildcards: study_of(wildcards)["cohorts"],
        classes=lambda wildcards: study_of(wildcards)["classes"],
        seed=lambda wildcards: study_of(wildcards)["sample_seed"],
    script:
        "../../scripts/select_subjects.py"


rule split_subjects:
    """The role of each patient in each fold."""
    input:
        subjects="results/{study}/subjects.csv",
        library=library("split_subjects"),
    output:
        splits="results/{study}/{variant}/splits.csv",
    log:
        "results/logs/split_subjects/{study}/{variant}.log",
    benchmark:
        "results/benchmarks/split_subjects/{study}/{variant}.tsv"
    conda:
        "../../envs/statistics.yaml"
    params:
        split=lambda wildcards: settings(*wildcards)["split"],
    script:
        "../../scripts/split_subjects.py"
