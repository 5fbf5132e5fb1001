rule predict_baseline:
    """Predictions of a classifier of shape alone, over all folds and seeds."""
    input:
        radiomics="results/{study}/radiomics.csv",
        splits="results/{study}/{variant}/splits.csv",
        library=library("predict_baseline"),
    output:
        subjects="results/{study}/{variant}/predictions/{baseline}.csv",
    log:
        "results/logs/predict_baseline/{study}/{variant}/{baseline}.log",
    benchmark:
        "results/benchmarks/predict_baseline/{study}/{variant}/{baseline}.tsv"
    conda:
        "../../envs/statistics.yaml"
    resources:
        mem_mb=2000,
        runtime=60,
    params:
        baseline="{baseline}",
        classes=classes_at,
        settings=lambda wildcards: study_of(wildcards)["baselines"][wildcards.baseline],
        runs=runs_of,
    script:
        "../../scripts/predict_baseline.py"
