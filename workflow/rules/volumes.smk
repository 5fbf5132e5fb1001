rule strip_skulls_brainextractor:
    """The brain of each subject of a chunk, by BET as brainextractor has it."""
    input:
        folder=ancient(folder_of),
        found="results/cohorts/{cohort}/found.csv",
        checks="results/cohorts/{cohort}/checks/chunk-{chunk}.csv",
        library=library("strip_skulls_brainextractor"),
    output:
        masks=directory("results/cohorts/{cohort}/brains/brainextractor/chunk-{chunk}"),
        brains="results/cohorts/{cohort}/brains/brainextractor/chunk-{chunk}.csv",
    log:
        "results/logs/strip_skulls_brainextractor/{cohort}/chunk-{chunk}.log",
    benchmark:
        "results/benchmarks/strip_skulls_brainextractor/{cohort}/chunk-{chunk}.tsv"
    conda:
        "../../envs/imaging.yaml"
    resources:
        mem_mb=3000,
        runtime=240,
    params:
        folder=folder_of,
        chunk=lambda wildcards: int(wildcards.chunk),
        chunks=CHUNKS,
        volume=config["stripping"]["volume"],
        settings=config["stripping"]["brainextractor"],
    script:
        "../../scripts/strip_skulls_brainextractor.py"


rule strip_skulls_bet2:
    """The brain of each subject of a chunk, by FSL's bet2, which the paper names (B-05)."""
    input:
        folder=ancient(folder_of),
        found="results/cohorts/{cohort}/found.csv",
        checks="results/cohorts/{cohort}/checks/chunk-{chunk}.csv",
        library=library("strip_skulls_bet2"),
    output:
        masks=directory("results/cohorts/{cohort}/brains/bet2/chunk-{chunk}"),
        brains="results/cohorts/{cohort}/brains/bet2/chunk-{chunk}.csv",
    log:
        "results/logs/strip_skulls_bet2/{cohort}/chunk-{chunk}.log",
    benchmark:
        "results/benchmarks/strip_skulls_bet2/{cohort}/chunk-{chunk}.tsv"
    conda:
        "../../envs/bet2.yaml"
    resources:
        mem_mb=3000,
        runtime=240,
    params:
        folder=folder_of,
        chunk=lambda wildcards: int(wildcards.chunk),
        chunks=CHUNKS,
        volume=config["stripping"]["volume"],
        settings=config["stripping"]["bet2"],
    script:
        "../../scripts/strip_skulls_bet2.py"


rule strip_skulls_hd_bet:
    """The brain of each subject of a chunk, by HD-BET."""
    input:
        folder=ancient(folder_of),
        found="results/cohorts/{cohort}/found.csv",
        checks="results/cohorts/{cohort}/checks/chunk-{chunk}.csv",
        library=library("strip_skulls_hd_bet"),
    output:
        masks=directory("results/cohorts/{cohort}/brains/hd_bet/chunk-{chunk}"),
        brains="results/cohorts/{cohort}/brains/hd_bet/chunk-{chunk}.csv",
    log:
        "results/logs/strip_skulls_hd_bet/{cohort}/chunk-{chunk}.log",
    benchmark:
        "results/benchmarks/strip_skulls_hd_bet/{cohort}/chunk-{chunk}.tsv"
    conda:
        "../../envs/hd_bet.yaml"
    resources:
        gpu=config["hardware"]["gpu"]
        * (config["stripping"]["hd_bet"]["device"] == "cuda"),
        mem_mb=16000,
        runtime=240,
    params:
        folder=folder_of,
        chunk=lambda wildcards: int(wildcards.chunk),
        chunks=CHUNKS,
        volume=config["stripping"]["volume"],
        settings=config["stripping"]["hd_bet"],
    script:
        "../../scripts/strip_skulls_hd_bet.py"


rule strip_skulls_synthstrip:
    """The brain of each subject of a chunk, by SynthStrip."""
    input:
        folder=ancient(folder_of),
        found="results/cohorts/{cohort}/found.csv",
        checks="results/cohorts/{cohort}/checks/chunk-{chunk}.csv",
        library=library("strip_skulls_synthstrip"),
    output:
        masks=directory("results/cohorts/{cohort}/brains/synthstrip/chunk-{chunk}"),
        brains="results/cohorts/{cohort}/brains/synthstrip/chunk-{chunk}.csv",
    log:
        "results/logs/strip_skulls_synthstrip/{cohort}/chunk-{chunk}.log",
    benchmark:
        "results/benchmarks/strip_skulls_synthstrip/{cohort}/chunk-{chunk}.tsv"
    conda:
        "../../envs/synthstrip.yaml"
    resources:
        mem_mb=16000,
        runtime=240,
    params:
        folder=folder_of,
        chunk=lambda wildcards: int(wildcards.chunk),
        chunks=CHUNKS,
        volume=config["stripping"]["volume"],
        settings=config["stripping"]["synthstrip"]
        | {"weights": f"{WEIGHTS}/synthstrip.1.pt"},
    script:
        "../../scripts/strip_skulls_synthstrip.py"
