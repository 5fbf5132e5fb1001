localrules:
    judge_claims,
    compare_pairs,


rule judge_claims:
    """What a paper claims, each put to a paired test (A-49, B-38)."""
    input:
        predictions=predictions_of_claims,
        survival=survival_of_claims,
        published=published_of,
        library=library("judge_claims"),
    output:
        table=report(
            "results/{study}/{variant}/tables/claims.csv",
            **in_report("table", "claims"),
        ),
        markdown="results/{study}/{variant}/tables/claims.md",
    log:
        "results/logs/judge_claims/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        tests=claims_at,
        printed_rows=lambda wildcards: printed_rows_of(wildcards.study),
        classes=classes_at,
        positive=positive_at,
        scoring=scoring_at,
        reading=lambda wildcards: first_reading_of(wildcards.study),
        level=lambda wildcards: study_of(wildcards)["claims"]["level"],
        title=lambda wildcards: study_of(wildcards)["claims"]["title"],
        columns=lambda wildcards: study_of(wildcards)["claims"]["columns"],
        scope=SCOPE,
    script:
        "../../scripts/judge_claims.py"


rule compare_pairs:
    """The pairs of the claims by the tests of DeLong and McNemar, and over folds."""
    input:
        predictions=predictions_of_claims,
        splits="results/{study}/{variant}/splits.csv",
        library=library("compare_pairs"),
    output:
        table=report(
            "results/{study}/{variant}/tables/pairs.csv",
            **in_report("table", "pairs"),
        ),
    log:
        "results/logs/compare_pairs/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        tests=claims_at,
        outcome=lambda wildcards: study_of(wildcards)["claims"]["outcome"],
        classes=classes_at,
        positive=positive_at,
        scoring=scoring_at,
        scope=SCOPE,
    script:
        "../../scripts/compare_pairs.py"
