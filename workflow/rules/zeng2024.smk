localrules:
    zeng2024_table_1a,
    zeng2024_table_1b,
    zeng2024_table_2,
    zeng2024_table_3,
    zeng2024_slices,
    zeng2024_costs,
    zeng2024_figure_3,
    zeng2024_figure_4,
    zeng2024_figure_5,
    zeng2024_figure_5_checks,
    zeng2024_figure_6,
    zeng2024_survival_readings,
    zeng2024_survival_cox,


rule zeng2024_table_1a:
    """Table 1(A): AUC, accuracy, APCA, SEN and SPE of the 2D models."""
    input:
        predictions=shown_in("zeng2024", "tables", "table_1a"),
        library=library("zeng2024_table_1a"),
    output:
        table=report(
            "results/zeng2024/{variant}/tables/table_1a.csv",
            **in_report("table", "table_1a", "zeng2024"),
        ),
    log:
        "results/logs/zeng2024_table_1a/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_at("zeng2024", "tables", "table_1a"),
        classes=classes_of("zeng2024"),
        positive=positive_class_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_table_1a.py"


rule zeng2024_table_1b:
    """Table 1(B): AUC, accuracy, APCA, SEN and SPE of 2D + shape features."""
    input:
        predictions=shown_in("zeng2024", "tables", "table_1b"),
        library=library("zeng2024_table_1b"),
    output:
        table=report(
            "results/zeng2024/{variant}/tables/table_1b.csv",
            **in_report("table", "table_1b", "zeng2024"),
        ),
    log:
        "results/logs/zeng2024_table_1b/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_at("zeng2024", "tables", "table_1b"),
        classes=classes_of("zeng2024"),
        positive=positive_class_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_table_1b.py"


rule zeng2024_table_2:
    """Table 2: AUC, accuracy, APCA, SEN and SPE of the 3D models."""
    input:
        predictions=shown_in("zeng2024", "tables", "table_2"),
        library=library("zeng2024_table_2"),
    output:
        table=report(
            "results/zeng2024/{variant}/tables/table_2.csv",
            **in_report("table", "table_2", "zeng2024"),
        ),
    log:
        "results/logs/zeng2024_table_2/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_at("zeng2024", "tables", "table_2"),
        classes=classes_of("zeng2024"),
        positive=positive_class_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_table_2.py"


rule zeng2024_table_3:
    """Table 3: AUC without parts of the augmentation."""
    input:
        predictions=shown_in("zeng2024", "tables", "table_3"),
        library=library("zeng2024_table_3"),
    output:
        table=report(
            "results/zeng2024/{variant}/tables/table_3.csv",
            **in_report("table", "table_3", "zeng2024"),
        ),
    log:
        "results/logs/zeng2024_table_3/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_at("zeng2024", "tables", "table_3"),
        classes=classes_of("zeng2024"),
        positive=positive_class_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_table_3.py"


rule zeng2024_slices:
    """Images that each least area of tumour leaves, beside the paper's counts."""
    input:
        areas=areas_for("zeng2024"),
        splits="results/zeng2024/{variant}/splits.csv",
        library=library("zeng2024_slices"),
    output:
        table=report(
            "results/zeng2024/{variant}/tables/slices.csv",
            **in_report("table", "slices", "zeng2024"),
        ),
    log:
        "results/logs/zeng2024_slices/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        least_areas=lambda wildcards: STUDIES["zeng2024"]["slice_rule"]["least_areas"],
        copies=lambda wildcards: settings("zeng2024", wildcards.variant)["copies"],
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_slices.py"


rule zeng2024_costs:
    """Memory and time of the proposed and the 3D model, beside the paper's."""
    input:
        costs=trainings_in("zeng2024", "tables", "costs"),
        library=library("zeng2024_costs"),
    output:
        table=report(
            "results/zeng2024/{variant}/tables/costs.csv",
            **in_report("table", "costs", "zeng2024"),
        ),
    log:
        "results/logs/zeng2024_costs/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        rows=rows_at("zeng2024", "tables", "costs"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_costs.py"


rule zeng2024_figure_3:
    """Figure 3: ROC curves."""
    input:
        predictions=shown_in("zeng2024", "figures", "figure_3"),
        library=library("zeng2024_figure_3"),
    output:
        figure=report(
            "results/zeng2024/{variant}/figures/figure_3.svg",
            **in_report("figure", "figure_3", "zeng2024"),
        ),
        pdf="results/zeng2024/{variant}/figures/figure_3.pdf",
    log:
        "results/logs/zeng2024_figure_3/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        curves=rows_at("zeng2024", "figures", "figure_3"),
        classes=classes_of("zeng2024"),
        positive=positive_class_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_figure_3.py"


rule zeng2024_figure_4:
    """Figure 4: confusion matrices."""
    input:
        predictions=shown_in("zeng2024", "figures", "figure_4"),
        library=library("zeng2024_figure_4"),
    output:
        figure=report(
            "results/zeng2024/{variant}/figures/figure_4.svg",
            **in_report("figure", "figure_4", "zeng2024"),
        ),
        pdf="results/zeng2024/{variant}/figures/figure_4.pdf",
    log:
        "results/logs/zeng2024_figure_4/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        panels=rows_at("zeng2024", "figures", "figure_4"),
        classes=classes_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_figure_4.py"


rule zeng2024_figure_5:
    """Figure 5: heat maps on whole brain and tumour, LGG and HGG."""
    input:
        unpack(explained_in("zeng2024")),
        library=library("zeng2024_figure_5"),
    output:
        figure=report(
            "results/zeng2024/{variant}/figures/figure_5.svg",
            **in_report("figure", "figure_5", "zeng2024"),
        ),
        pdf="results/zeng2024/{variant}/figures/figure_5.pdf",
    log:
        "results/logs/zeng2024_figure_5/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        classes=classes_of("zeng2024"),
        contrasts=explained_contrasts("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_figure_5.py"


rule zeng2024_figure_5_checks:
    """What the maps of Figure 5 are worth: random weights, and heat in the tumour."""
    input:
        unpack(explained_in("zeng2024")),
        library=library("zeng2024_figure_5_checks"),
    output:
        figure=report(
            "results/zeng2024/{variant}/figures/figure_5_checks.svg",
            **in_report("figure", "figure_5_checks", "zeng2024"),
        ),
        pdf="results/zeng2024/{variant}/figures/figure_5_checks.pdf",
    log:
        "results/logs/zeng2024_figure_5_checks/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        classes=classes_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_figure_5_checks.py"


rule zeng2024_figure_6:
    """Figure 6: Kaplan-Meier curves of LGG and HGG with the log-rank test."""
    input:
        survival="results/zeng2024/survival.csv",
        library=library("zeng2024_figure_6"),
    output:
        figure=report(
            "results/zeng2024/{variant}/figures/figure_6.svg",
            **in_report("figure", "figure_6", "zeng2024"),
        ),
        pdf="results/zeng2024/{variant}/figures/figure_6.pdf",
        table=report(
            "results/zeng2024/{variant}/figures/figure_6.csv",
            **in_report("table", "figure_6", "zeng2024"),
        ),
    log:
        "results/logs/zeng2024_figure_6/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        reading=first_reading_of("zeng2024"),
        classes=classes_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_figure_6.py"


rule zeng2024_survival_readings:
    """Figure 6 in every reading of what the paper did."""
    input:
        survival="results/zeng2024/survival.csv",
        readings="results/zeng2024/survival/readings.csv",
        means="results/zeng2024/survival/restricted_means.csv",
        library=library("zeng2024_survival_readings"),
    output:
        figure=report(
            "results/zeng2024/{variant}/figures/survival_readings.svg",
            **in_report("figure", "survival_readings", "zeng2024"),
        ),
        pdf="results/zeng2024/{variant}/figures/survival_readings.pdf",
    log:
        "results/logs/zeng2024_survival_readings/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        words=words_of_readings("zeng2024"),
        classes=classes_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_survival_readings.py"


rule zeng2024_survival_cox:
    """Forest plot of the Cox models."""
    input:
        cox="results/zeng2024/survival/cox.csv",
        library=library("zeng2024_survival_cox"),
    output:
        figure=report(
            "results/zeng2024/{variant}/figures/survival_cox.svg",
            **in_report("figure", "survival_cox", "zeng2024"),
        ),
        pdf="results/zeng2024/{variant}/figures/survival_cox.pdf",
    log:
        "results/logs/zeng2024_survival_cox/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_survival_cox.py"
