rule extract_radiomics:
    """Shape features of the tumours of a chunk."""
    input:
        folder=ancient(folder_of),
        found="results/cohorts/{cohort}/found.csv",
        subjects="results/{study}/subjects.csv",
        library=library("extract_radiomics"),
    output:
        table="results/{study}/radiomics/{cohort}/chunk-{chunk}.csv",
    log:
        "results/logs/extract_radiomics/{study}/{cohort}/chunk-{chunk}.log",
    benchmark:
        "results/benchmarks/extract_radiomics/{study}/{cohort}/chunk-{chunk}.tsv"
    conda:
        "../../envs/radiomics.yaml"
    resources:
        mem_mb=2000,
        runtime=120,
    params:
        folder=folder_of,
        chunk=lambda wildcards: int(wildcards.chunk),
        chunks=CHUNKS,
        features=lambda wildcards: study_of(wildcards)["radiomics"]["features"],
    script:
        "../../scripts/extract_radiomics.py"


rule read_radiomics:
    """Shape features of a cohort from a table made elsewhere."""
    input:
        table=radiomics_table_of,
        library=library("read_radiomics"),
    output:
        table="results/{study}/radiomics/{cohort}/table.csv",
    log:
        "results/logs/read_radiomics/{study}/{cohort}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        cohort="{cohort}",
        features=lambda wildcards: study_of(wildcards)["radiomics"]["features"],
    script:
        "../../scripts/read_radiomics.py"


rule collect_radiomics:
    """The shape features of all subjects of a study, measured here or elsewhere."""
    input:
        tables=radiomics_parts,
        subjects="results/{study}/subjects.csv",
        library=library("collect_radiomics"),
    output:
        table="results/{study}/radiomics.csv",
    log:
        "results/logs/collect_radiomics/{study}.log",
    benchmark:
        "results/benchmarks/collect_radiomics/{study}.tsv"
    conda:
        "../../envs/statistics.yaml"
    script:
        "../../scripts/collect_radiomics.py"
