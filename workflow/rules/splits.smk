rule select_subjects:
    """The subjects of a study, each patient once, and who is not taken and why."""
    input:
        sheets=sheets_of,
        radiomics=radiomics_tables,
        library=library("select_subjects"),
    output:
        subjects="results/{study}/subjects.csv",
        exclusions="results/{study}/exclusions.csv",
    log:
        "results/logs/select_subjects/{study}.log",
    benchmark:
        "results/benchmarks/select_subjects/{study}.tsv"
    conda:
        "../../envs/statistics.yaml"
    params:
        cohorts=lambda wildcards: list(study_of(wildcards)["cohorts"]),
        grades=grades_of,
        images=images_of,
        least_area=lambda wildcards: study_of(wildcards)["least_tumour_area"],
        samples=samples_of,
        tables_of=cohorts_with_table,
        limit=config["limits"]["left_out"],
        seed=lambda wildcards: study_of(wildcards)["sample_seed"],
    script:
        "../../scripts/select_subjects.py"


rule split_subjects:
    """The class of each subject, and its role in each fold."""
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
        classes=classes_at,
        labels=lambda wildcards: settings(*wildcards)["labels"],
        split=split_of,
    script:
        "../../scripts/split_subjects.py"


rule count_subjects:
    """How many subjects each step from the cohorts' folders to the classes left."""
    input:
        sheets=sheets_of,
        problems=problems_of,
        subjects="results/{study}/subjects.csv",
        exclusions="results/{study}/exclusions.csv",
        splits="results/{study}/{variant}/splits.csv",
        library=library("count_subjects"),
    output:
        flow="results/{study}/{variant}/flow.csv",
    log:
        "results/logs/count_subjects/{study}/{variant}.log",
    benchmark:
        "results/benchmarks/count_subjects/{study}/{variant}.tsv"
    conda:
        "../../envs/statistics.yaml"
    params:
        cohorts=lambda wildcards: list(study_of(wildcards)["cohorts"]),
    script:
        "../../scripts/count_subjects.py"


rule flow_chart:
    """From the cohorts to the classes of a study (zeng2024's Figure 1)."""
    input:
        flow="results/{study}/{variant}/flow.csv",
        library=library("flow_chart"),
    output:
        figure=report(
            "results/{study}/{variant}/figures/flow_chart.svg",
            **in_report("figure", "flow_chart"),
        ),
        pdf="results/{study}/{variant}/figures/flow_chart.pdf",
    log:
        "results/logs/flow_chart/{study}/{variant}.log",
    benchmark:
        "results/benchmarks/flow_chart/{study}/{variant}.tsv"
    conda:
        "../../envs/statistics.yaml"
    params:
        scope=SCOPE,
        title="{study}, {variant}",
    script:
        "../../scripts/flow_chart.py"
