localrules:
    zeng2024_baselines,
    zeng2024_claims,
    zeng2024_factorial,


rule zeng2024_baselines:
    """Classifiers of shape alone, and the networks that must beat them."""
    input:
        predictions=shown_in("zeng2024", "tables", "baselines"),
        library=library("zeng2024_baselines"),
    output:
        table="results/zeng2024/{variant}/tables/baselines.csv",
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


rule zeng2024_claims:
    """What the paper claims, each put to a paired test (A-49)."""
    input:
        predictions=predictions_of_claims("zeng2024"),
        survival=survival_of_claims("zeng2024"),
        published=source("workflow/published/zeng2024.csv"),
        library=library("zeng2024_claims"),
    output:
        table="results/zeng2024/{variant}/tables/claims.csv",
        markdown="results/zeng2024/{variant}/tables/claims.md",
    log:
        "results/logs/zeng2024_claims/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        tests=claims_at("zeng2024"),
        printed_rows=lambda wildcards: printed_rows_of("zeng2024"),
        classes=classes_of("zeng2024"),
        positive=positive_class_of("zeng2024"),
        reading=first_reading_of("zeng2024"),
        level=claim_settings_of("zeng2024", "level"),
        title=claim_settings_of("zeng2024", "title"),
        columns=claim_settings_of("zeng2024", "columns"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_claims.py"


rule zeng2024_factorial:
    """What shape features add where training magnifies one class, both or none."""
    input:
        unpack(predictions_of_factorial("zeng2024")),
        library=library("zeng2024_factorial"),
    output:
        table="results/zeng2024/{variant}/tables/factorial.csv",
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
