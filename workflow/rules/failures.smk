localrules:
    find_failures,
    draw_failures,
    draw_training_curves,


rule find_failures:
    """The subjects that are wrong, over folds, seeds and models."""
    input:
        predictions=predictions_at,
        subjects="results/{study}/subjects.csv",
        library=library("find_failures"),
    output:
        table=report(
            "results/{study}/{variant}/tables/failures.csv",
            **in_report("table", "failures"),
        ),
    log:
        "results/logs/find_failures/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    script:
        "../../scripts/find_failures.py"


rule explain_failures:
    """Where networks look that get the worst subjects wrong."""
    input:
        unpack(networks_explained),
        failures="results/{study}/{variant}/tables/failures.csv",
        library=library("explain_failures"),
    output:
        maps="results/{study}/{variant}/failures/maps.npy",
        contents="results/{study}/{variant}/failures/maps.csv",
    log:
        "results/logs/explain_failures/{study}/{variant}.log",
    benchmark:
        "results/benchmarks/explain_failures/{study}/{variant}.tsv"
    conda:
        "../../envs/training.yaml"
    threads: config["hardware"]["threads"]
    resources:
        gpu=config["hardware"]["gpu"],
        mem_mb=8000,
        runtime=120,
    params:
        subjects=config["failures"]["subjects"],
        runs=runs_of,
        classes=classes_at,
        settings=lambda wildcards: learning_settings_of(explained_at(wildcards)),
        layer=explanation_at("layer"),
        hardware=DEVICE,
    script:
        "../../scripts/explain_failures.py"


rule draw_failures:
    """The worst subjects: slice, tumour, heat map, and how often they are wrong."""
    input:
        folders=ancient(
            lambda wildcards: list(folders_of(explained_at(wildcards)).values())
        ),
        masks=lambda wildcards: masks_of_study(explained_at(wildcards)),
        subjects="results/{study}/subjects.csv",
        failures="results/{study}/{variant}/tables/failures.csv",
        maps="results/{study}/{variant}/failures/maps.npy",
        contents="results/{study}/{variant}/failures/maps.csv",
        library=library("draw_failures"),
    output:
        figure=report(
            "results/{study}/{variant}/figures/failures.svg",
            **in_report("figure", "failures"),
        ),
        pdf="results/{study}/{variant}/figures/failures.pdf",
    log:
        "results/logs/draw_failures/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        folders=lambda wildcards: folders_of(explained_at(wildcards)),
        contrasts=prepared_at("contrasts"),
        percentiles=prepared_at("percentiles"),
        over=prepared_at("over"),
        spacing=prepared_at("spacing"),
        interpolation=prepared_at("interpolation"),
        shape=prepared_at("shape"),
        middle=prepared_at("middle"),
        channel=explanation_at("channel"),
        scope=SCOPE,
    script:
        "../../scripts/draw_failures.py"


rule draw_training_curves:
    """Loss and validation score over the epochs, of every network."""
    input:
        unpack(histories_at),
        library=library("draw_training_curves"),
    output:
        figure=report(
            "results/{study}/{variant}/figures/training_curves.svg",
            **in_report("figure", "training_curves"),
        ),
        pdf="results/{study}/{variant}/figures/training_curves.pdf",
    log:
        "results/logs/draw_training_curves/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        rows=rows_shown("figures", "training_curves"),
        scope=SCOPE,
    script:
        "../../scripts/draw_training_curves.py"
