rule record_settings:
    """The merged settings of a variant's experiments, beside their results."""
    output:
        settings="results/{study}/{variant}/settings.yaml",
    log:
        "results/logs/record_settings/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        settings=settings_of_experiments,
    script:
        "../../scripts/record_settings.py"


rule make_demo_weights:
    """Random weights in a file of the library's layout."""
    input:
        library=library("make_demo_weights"),
    output:
        weights="results/demo/weights/{file}",
    log:
        "results/logs/make_demo_weights/{file}.log",
    benchmark:
        "results/benchmarks/make_demo_weights/{file}.tsv"
    conda:
        "../../envs/training.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        name=network_of_file,
        seed=config["seeds"][0],
    script:
        "../../scripts/make_demo_weights.py"


rule train:
    """Train one network on one fold with one seed; resumes if it was killed."""
    input:
        unpack(learnt_from),
        unpack(pretrained_of),
        splits="results/{study}/{variant}/splits.csv",
        library=library("train"),
    output:
        weights="results/{study}/{variant}/training/{experiment}/fold-{fold}_seed-{seed}/weights.pt",
        history="results/{study}/{variant}/training/{experiment}/fold-{fold}_seed-{seed}/history.csv",
        pooled="results/{study}/{variant}/training/{experiment}/fold-{fold}_seed-{seed}/pooled.npy",
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
        # Not among the params: how often the state is saved changes no result.
        save_every=config["hardware"]["save_every"],
    params:
        classes=classes_at,
        settings=training_settings_of,
        fold=lambda wildcards: int(wildcards.fold),
        seed=lambda wildcards: int(wildcards.seed),
        sha256=hash_of_pretrained,
        hardware=DEVICE,
    script:
        "../../scripts/train.py"


rule predict:
    """Predictions of the validation and test subjects, over all folds and seeds."""
    input:
        unpack(learnt_from),
        unpack(trained),
        splits="results/{study}/{variant}/splits.csv",
        library=library("predict"),
    output:
        subjects="results/{study}/{variant}/predictions/{experiment}.csv",
        contents="results/{study}/{variant}/predictions/items/{experiment}.csv",
    log:
        "results/logs/predict/{study}/{variant}/{experiment}.log",
    benchmark:
        "results/benchmarks/predict/{study}/{variant}/{experiment}.tsv"
    conda:
        "../../envs/training.yaml"
    threads: config["hardware"]["threads"]
    resources:
        gpu=config["hardware"]["gpu"],
        mem_mb=8000,
        runtime=120,
    params:
        experiment="{experiment}",
        classes=classes_at,
        settings=learning_settings_of,
        runs=runs_of,
        hardware=DEVICE,
    script:
        "../../scripts/predict.py"
