localrules:
    zeng2024_table_1,
    zeng2024_figure_3,
    zeng2024_figure_4,
    zeng2024_figure_6,


rule zeng2024_table_1:
    """Table 1: AUC, accuracy, APCA, SEN and SPE of 2D and 2D + shape features."""
    input:
        predictions=shown_in("zeng2024", "tables", "table_1"),
        library=library("zeng2024_table_1"),
    output:
        table="results/zeng2024/{variant}/tables/table_1.csv",
    log:
        "results/logs/zeng2024_table_1/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_of("zeng2024", "tables", "table_1"),
        classes=classes_of("zeng2024"),
        positive=positive_class_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_table_1.py"


rule zeng2024_figure_3:
    """Figure 3: ROC curves."""
    input:
        predictions=shown_in("zeng2024", "figures", "figure_3"),
        library=library("zeng2024_figure_3"),
    output:
        figure="results/zeng2024/{variant}/figures/figure_3.svg",
    log:
        "results/logs/zeng2024_figure_3/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        curves=rows_of("zeng2024", "figures", "figure_3"),
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
        figure="results/zeng2024/{variant}/figures/figure_4.svg",
    log:
        "results/logs/zeng2024_figure_4/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        panels=rows_of("zeng2024", "figures", "figure_4"),
        classes=classes_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_figure_4.py"


rule zeng2024_figure_6:
    """Figure 6: Kaplan-Meier curves of LGG and HGG with the log-rank test."""
    input:
        survival="results/zeng2024/survival.csv",
        library=library("zeng2024_figure_6"),
    output:
        figure="results/zeng2024/{variant}/figures/figure_6.svg",
        table="results/zeng2024/{variant}/figures/figure_6.csv",
    log:
        "results/logs/zeng2024_figure_6/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        classes=classes_of("zeng2024"),
        scope=SCOPE,
    script:
        "../../scripts/zeng2024_figure_6.py"
