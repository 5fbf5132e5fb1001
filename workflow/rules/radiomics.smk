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


rule collect_radiomics:
    """The shape features of all subjects of a study."""
    input:
        tables=radiomics_chunks,
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
