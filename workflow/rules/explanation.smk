rule extract_examples:
    """The slices of scored subjects whose heat maps are looked at, cut twice."""
    input:
        folders=ancient(lambda wildcards: list(folders_of(wildcards).values())),
        subjects="results/{study}/subjects.csv",
        splits="results/{study}/{variant}/splits.csv",
        slices=lambda wildcards: learnt_from(wildcards)["contents"],
        masks=masks_of_study,
        library=library("extract_examples"),
    output:
        array="results/{study}/{variant}/explanation/{experiment}/examples.npy",
        tumours="results/{study}/{variant}/explanation/{experiment}/tumours.npy",
        contents="results/{study}/{variant}/explanation/{experiment}/examples.csv",
    log:
        "results/logs/extract_examples/{study}/{variant}/{experiment}.log",
    benchmark:
        "results/benchmarks/extract_examples/{study}/{variant}/{experiment}.tsv"
    conda:
        "../../envs/imaging.yaml"
    resources:
        mem_mb=3000,
        runtime=120,
    params:
        folders=folders_of,
        fold=0,
        subjects=lambda wildcards: study_of(wildcards)["explanation"]["subjects"],
        prepared=prepared_like,
    script:
        "../../scripts/extract_examples.py"


rule explain:
    """Where the network of the first fold and seed looks, and whether weights matter."""
    input:
        unpack(learnt_weights),
        array="results/{study}/{variant}/explanation/{experiment}/examples.npy",
        tumours="results/{study}/{variant}/explanation/{experiment}/tumours.npy",
        contents="results/{study}/{variant}/explanation/{experiment}/examples.csv",
        library=library("explain"),
    output:
        maps="results/{study}/{variant}/explanation/{experiment}/maps.npy",
        explanations="results/{study}/{variant}/explanation/{experiment}/explanations.csv",
        randomisation="results/{study}/{variant}/explanation/{experiment}/randomisation.csv",
    log:
        "results/logs/explain/{study}/{variant}/{experiment}.log",
    benchmark:
        "results/benchmarks/explain/{study}/{variant}/{experiment}.tsv"
    conda:
        "../../envs/training.yaml"
    threads: config["hardware"]["threads"]
    resources:
        gpu=config["hardware"]["gpu"],
        mem_mb=8000,
        runtime=120,
    params:
        classes=classes_at,
        settings=learning_settings_of,
        layer=lambda wildcards: study_of(wildcards)["explanation"]["layer"],
        fold=0,
        seed=config["seeds"][0],
        hardware=DEVICE,
    script:
        "../../scripts/explain.py"
