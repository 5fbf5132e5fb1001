localrules:
    zeng2024_baselines,
    zeng2024_factorial,


rule zeng2024_baselines:
    """Classifiers of shape alone, and the networks that must beat them."""
    input:
        predictions=shown_in("zeng2024", "tables", "baselines"),
        library=library("zeng2024_baselines"),
    output:
        table=report(
            "results/zeng2024/{variant}/tables/baselines.csv",
            **in_report("table", "baselines", "zeng2024"),
        ),
    log:
        "results/logs/zeng2024_baselines/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_at("zeng2024", "tables", "baselines"),
        classes=classes_of("zeng2024"),
        positive=positive_class_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_baselines.py"


rule zeng2024_factorial:
    """What shape features add where training magnifies one class, both or none."""
    input:
        unpack(predictions_of_factorial("zeng2024")),
        library=library("zeng2024_factorial"),
    output:
        table=report(
            "results/zeng2024/{variant}/tables/factorial.csv",
            **in_report("table", "factorial", "zeng2024"),
        ),
    log:
        "results/logs/zeng2024_factorial/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=lambda wildcards: rows_of_factorial("zeng2024"),
        experiments=factorial_settings_of("zeng2024", "experiments"),
        columns=factorial_settings_of("zeng2024", "columns"),
        classes=classes_of("zeng2024"),
        positive=positive_class_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_factorial.py"
