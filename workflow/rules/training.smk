rule record_settings:
    """The merged settings of an experiment, beside its results."""
    output:
        settings="results/{study}/{variant}/training/{experiment}/settings.yaml",
    log:
        "results/logs/record_settings/{study}/{variant}/{experiment}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        settings=experiment_of,
    script:
        "../../scripts/record_settings.py"


rule train:
    """Train one network on one fold with one seed; resumes if it was killed."""
    input:
        unpack(learnt_from),
        splits="results/{study}/{variant}/splits.csv",
        library=library("train"),
    output:
        weights="results/{study}/{variant}/training/{experiment}/fold-{fold}_seed-{seed}/weights.pt",
        history="results/{study}/{variant}/training/{experiment}/fold-{fold}_seed-{seed}/history.csv",
        cost="results/{study}/{variant}/training/{experiment}/fold-{fold}_seed-{seed}/cost.json",
    log:
        "results/logs/train/{study}/{variant}/{experiment}/fold-{fold}_seed-{seed}.log",
    benchmark:
        "results/benchmarks/train/{study}/{variant}/{experiment}/fold-{fold}_seed-{seed}.tsv"
    conda:
        "../../envs/training.yaml"
    threads: config["hardware"]["threads"]
    resources:
        gpu=config["hardware"]["gpu"],
        mem_mb=16000,
        runtime=1440,
    params:
        classes=lambda wildcards: study_of(wildcards)["classes"],
        settings=learning_settings_of,
        fold=lambda wildcards: int(wildcards.fold),
        seed=lambda wildcards: int(wildcards.seed),
        hardware=DEVICE,
    script:
        "../../scripts/train.py"


rule predict:
    """Predictions of a fold's validation and test subjects."""
    input:
        unpack(learnt_from),
        weights="results/{study}/{variant}/training/{experiment}/fold-{fold}_seed-{seed}/weights.pt",
        splits="results/{study}/{variant}/splits.csv",
        library=library("predict"),
    output:
        subjects="results/{study}/{variant}/predictions/{experiment}/fold-{fold}_seed-{seed}.csv",
        contents="results/{study}/{variant}/predictions/{experiment}/fold-{fold}_seed-{seed}_items.csv",
    log:
        "results/logs/predict/{study}/{variant}/{experiment}/fold-{fold}_seed-{seed}.log",
    benchmark:
        "results/benchmarks/predict/{study}/{variant}/{experiment}/fold-{fold}_seed-{seed}.tsv"
    conda:
        "../../envs/training.yaml"
    threads: config["hardware"]["threads"]
    resources:
        gpu=config["hardware"]["gpu"],
        mem_mb=8000,
        runtime=120,
    params:
        experiment="{experiment}",
        classes=lambda wildcards: study_of(wildcards)["classes"],
        settings=learning_settings_of,
        fold=lambda wildcards: int(wildcards.fold),
        seed=lambda wildcards: int(wildcards.seed),
        hardware=DEVICE,
    script:
        "../../scripts/predict.py"
