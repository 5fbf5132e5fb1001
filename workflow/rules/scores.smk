localrules:
    tabulate_intervals,
    tabulate_calibration,
    choose_operating_points,
    tabulate_spread,
    draw_calibration_curves,
    draw_decision_curves,


rule tabulate_intervals:
    """Intervals in closed form: AUC by DeLong, shares by Wilson."""
    input:
        predictions=predictions_shown("tables", "intervals"),
        library=library("tabulate_intervals"),
    output:
        table=report(
            "results/{study}/{variant}/tables/intervals.csv",
            **in_report("table", "intervals"),
        ),
    log:
        "results/logs/tabulate_intervals/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        outcomes=outcomes_at,
        rows=rows_shown("tables", "intervals"),
        classes=classes_at,
        scope=SCOPE,
    script:
        "../../scripts/tabulate_intervals.py"


rule tabulate_calibration:
    """Brier score, calibration error, intercept and slope of each model."""
    input:
        predictions=predictions_shown("tables", "calibration"),
        library=library("tabulate_calibration"),
    output:
        table=report(
            "results/{study}/{variant}/tables/calibration.csv",
            **in_report("table", "calibration"),
        ),
    log:
        "results/logs/tabulate_calibration/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        outcomes=outcomes_at,
        bins=config["calibration"]["bins"],
        rows=rows_shown("tables", "calibration"),
        classes=classes_at,
        scope=SCOPE,
    script:
        "../../scripts/tabulate_calibration.py"


rule choose_operating_points:
    """Thresholds chosen by validation subjects, and the test scores at them."""
    input:
        predictions=predictions_shown("tables", "operating_points"),
        library=library("choose_operating_points"),
    output:
        table=report(
            "results/{study}/{variant}/tables/operating_points.csv",
            **in_report("table", "operating_points"),
        ),
    log:
        "results/logs/choose_operating_points/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        outcomes=outcomes_at,
        least_sensitivity=config["operating_point"]["least_sensitivity"],
        rows=rows_shown("tables", "operating_points"),
        classes=classes_at,
        scope=SCOPE,
    script:
        "../../scripts/choose_operating_points.py"


rule tabulate_spread:
    """Spread of a score over folds apart from that over seeds."""
    input:
        predictions=predictions_shown("tables", "spread"),
        library=library("tabulate_spread"),
    output:
        table=report(
            "results/{study}/{variant}/tables/spread.csv",
            **in_report("table", "spread"),
        ),
    log:
        "results/logs/tabulate_spread/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        name=lambda wildcards: study_of(wildcards)["score"],
        positive=positive_at,
        scoring=scoring_at,
        rows=rows_shown("tables", "spread"),
        classes=classes_at,
        scope=SCOPE,
    script:
        "../../scripts/tabulate_spread.py"


rule draw_calibration_curves:
    """Calibration curves of each model."""
    input:
        predictions=predictions_shown("figures", "calibration_curves"),
        library=library("draw_calibration_curves"),
    output:
        figure=report(
            "results/{study}/{variant}/figures/calibration_curves.svg",
            **in_report("figure", "calibration_curves"),
        ),
        pdf="results/{study}/{variant}/figures/calibration_curves.pdf",
        table=report(
            "results/{study}/{variant}/figures/calibration_curves.csv",
            **in_report("table", "calibration_curves"),
        ),
    log:
        "results/logs/draw_calibration_curves/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        outcomes=outcomes_at,
        bins=config["calibration"]["bins"],
        rows=rows_shown("figures", "calibration_curves"),
        classes=classes_at,
        scope=SCOPE,
    script:
        "../../scripts/draw_calibration_curves.py"


rule draw_decision_curves:
    """Net benefit of each model."""
    input:
        predictions=predictions_shown("figures", "decision_curves"),
        library=library("draw_decision_curves"),
    output:
        figure=report(
            "results/{study}/{variant}/figures/decision_curves.svg",
            **in_report("figure", "decision_curves"),
        ),
        pdf="results/{study}/{variant}/figures/decision_curves.pdf",
        table=report(
            "results/{study}/{variant}/figures/decision_curves.csv",
            **in_report("table", "decision_curves"),
        ),
    log:
        "results/logs/draw_decision_curves/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        outcomes=outcomes_at,
        rows=rows_shown("figures", "decision_curves"),
        classes=classes_at,
        scope=SCOPE,
    script:
        "../../scripts/draw_decision_curves.py"
