rule make_demo_cohort:
    """Brain phantoms in the on-disk layout of a cohort."""
    input:
        library=library("make_demo_cohort"),
    output:
        folder=directory("results/demo/{cohort}"),
    log:
        "results/logs/make_demo_cohort/{cohort}.log",
    benchmark:
        "results/benchmarks/make_demo_cohort/{cohort}.tsv"
    conda:
        "../../envs/imaging.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        cohort="{cohort}",
        subjects=demo_subjects_of,
        spacing=lambda wildcards: config["demo"]["spacing"],
        head_spacing=lambda wildcards: config["demo"]["head_spacing"],
        seed=lambda wildcards: config["demo"]["seed"],
    script:
        "../../scripts/make_demo_cohort.py"


rule read_cohort:
    """A cohort's folder becomes a list of subjects; names and tables only."""
    input:
        folder=folder_of,
        library=library("read_cohort"),
    output:
        found="results/cohorts/{cohort}/found.csv",
        problems="results/cohorts/{cohort}/found_problems.csv",
    log:
        "results/logs/read_cohort/{cohort}.log",
    benchmark:
        "results/benchmarks/read_cohort/{cohort}.tsv"
    conda:
        "../../envs/imaging.yaml"
    resources:
        mem_mb=1000,
        runtime=30,
    params:
        folder=folder_of,
        cohort="{cohort}",
        reader=lambda wildcards: cohort_of(wildcards)["reader"],
        images=lambda wildcards: cohort_of(wildcards)["images"],
        skull=lambda wildcards: cohort_of(wildcards)["skull"],
        subjects=largest_number_of,
    script:
        "../../scripts/read_cohort.py"


rule check_cohort:
    """Read every image of a chunk of a cohort once and say what is wrong."""
    input:
        folder=ancient(folder_of),
        found="results/cohorts/{cohort}/found.csv",
        library=library("check_cohort"),
    output:
        checks="results/cohorts/{cohort}/checks/chunk-{chunk}.csv",
    log:
        "results/logs/check_cohort/{cohort}/chunk-{chunk}.log",
    benchmark:
        "results/benchmarks/check_cohort/{cohort}/chunk-{chunk}.tsv"
    conda:
        "../../envs/imaging.yaml"
    resources:
        mem_mb=2000,
        runtime=120,
    params:
        folder=folder_of,
        chunk=lambda wildcards: int(wildcards.chunk),
        chunks=CHUNKS,
    script:
        "../../scripts/check_cohort.py"


rule list_subjects:
    """The subject sheet of a cohort, and who was left out and why."""
    input:
        found="results/cohorts/{cohort}/found.csv",
        found_problems="results/cohorts/{cohort}/found_problems.csv",
        checks=checks_of,
        brains=brains_of,
        library=library("list_subjects"),
    output:
        subjects="results/cohorts/{cohort}/subjects.csv",
        problems="results/cohorts/{cohort}/problems.csv",
    log:
        "results/logs/list_subjects/{cohort}.log",
    benchmark:
        "results/benchmarks/list_subjects/{cohort}.tsv"
    conda:
        "../../envs/imaging.yaml"
    params:
        cohort="{cohort}",
        limit=config["limits"]["left_out"],
    script:
        "../../scripts/list_subjects.py"
