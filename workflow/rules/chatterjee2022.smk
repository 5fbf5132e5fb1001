localrules:
    chatterjee2022_table_1,
    chatterjee2022_table_2,
    chatterjee2022_table_3,
    chatterjee2022_table_4,
    chatterjee2022_table_5,
    chatterjee2022_table_6,
    chatterjee2022_deviations,
    chatterjee2022_figure_1,
    chatterjee2022_figure_2,
    chatterjee2022_figure_4,
    chatterjee2022_figure_5,
    chatterjee2022_figure_6,
    chatterjee2022_figure_7,


rule chatterjee2022_table_1:
    """Table 1: trainable parameters, as trained."""
    input:
        costs=trainings_in("chatterjee2022", "tables", "table_1"),
        library=library("chatterjee2022_table_1"),
    output:
        table=report(
            "results/chatterjee2022/{variant}/tables/table_1.csv",
            **in_report("table", "table_1", "chatterjee2022"),
        ),
    log:
        "results/logs/chatterjee2022_table_1/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        rows=rows_at("chatterjee2022", "tables", "table_1"),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_table_1.py"


rule chatterjee2022_table_2:
    """Table 2: F1 of low-grade glioma."""
    input:
        predictions=shown_in("chatterjee2022", "tables", "table_2"),
        library=library("chatterjee2022_table_2"),
    output:
        table=report(
            "results/chatterjee2022/{variant}/tables/table_2.csv",
            **in_report("table", "table_2", "chatterjee2022"),
        ),
    log:
        "results/logs/chatterjee2022_table_2/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_at("chatterjee2022", "tables", "table_2"),
        classes=lambda wildcards: classes_in("chatterjee2022", wildcards.variant),
        scoring=scoring_of("chatterjee2022"),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_table_2.py"


rule chatterjee2022_table_3:
    """Table 3: F1 of high-grade glioma."""
    input:
        predictions=shown_in("chatterjee2022", "tables", "table_3"),
        library=library("chatterjee2022_table_3"),
    output:
        table=report(
            "results/chatterjee2022/{variant}/tables/table_3.csv",
            **in_report("table", "table_3", "chatterjee2022"),
        ),
    log:
        "results/logs/chatterjee2022_table_3/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_at("chatterjee2022", "tables", "table_3"),
        classes=lambda wildcards: classes_in("chatterjee2022", wildcards.variant),
        scoring=scoring_of("chatterjee2022"),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_table_3.py"


rule chatterjee2022_table_4:
    """Table 4: F1 of healthy brains."""
    input:
        predictions=shown_in("chatterjee2022", "tables", "table_4"),
        library=library("chatterjee2022_table_4"),
    output:
        table=report(
            "results/chatterjee2022/{variant}/tables/table_4.csv",
            **in_report("table", "table_4", "chatterjee2022"),
        ),
    log:
        "results/logs/chatterjee2022_table_4/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_at("chatterjee2022", "tables", "table_4"),
        classes=lambda wildcards: classes_in("chatterjee2022", wildcards.variant),
        scoring=scoring_of("chatterjee2022"),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_table_4.py"


rule chatterjee2022_table_5:
    """Table 5: macro and weighted F1."""
    input:
        predictions=shown_in("chatterjee2022", "tables", "table_5"),
        library=library("chatterjee2022_table_5"),
    output:
        table=report(
            "results/chatterjee2022/{variant}/tables/table_5.csv",
            **in_report("table", "table_5", "chatterjee2022"),
        ),
    log:
        "results/logs/chatterjee2022_table_5/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_at("chatterjee2022", "tables", "table_5"),
        classes=lambda wildcards: classes_in("chatterjee2022", wildcards.variant),
        scoring=scoring_of("chatterjee2022"),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_table_5.py"


rule chatterjee2022_table_6:
    """Table 6: accuracy and specificity beside those of other works."""
    input:
        predictions=shown_in("chatterjee2022", "tables", "table_6"),
        published=source("workflow/published/chatterjee2022.csv"),
        library=library("chatterjee2022_table_6"),
    output:
        table=report(
            "results/chatterjee2022/{variant}/tables/table_6.csv",
            **in_report("table", "table_6", "chatterjee2022"),
        ),
    log:
        "results/logs/chatterjee2022_table_6/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_at("chatterjee2022", "tables", "table_6"),
        classes=lambda wildcards: classes_in("chatterjee2022", wildcards.variant),
        scoring=scoring_of("chatterjee2022"),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_table_6.py"


rule chatterjee2022_deviations:
    """What each deviation of the public code costs: macro F1 with and without it."""
    input:
        unpack(predictions_of_deviations),
        library=library("chatterjee2022_deviations"),
    output:
        table=report(
            "results/chatterjee2022/{variant}/tables/deviations.csv",
            **in_report("table", "deviations", "chatterjee2022"),
        ),
    log:
        "results/logs/chatterjee2022_deviations/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_of_deviations,
        reference="{variant}",
        classes=lambda wildcards: classes_in("chatterjee2022", wildcards.variant),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_deviations.py"


rule chatterjee2022_figure_1:
    """Figure 1: what a network sees of one subject of each class."""
    input:
        unpack(packed_for("chatterjee2022")),
        splits="results/chatterjee2022/{variant}/splits.csv",
        library=library("chatterjee2022_figure_1"),
    output:
        figure=report(
            "results/chatterjee2022/{variant}/figures/figure_1.svg",
            **in_report("figure", "figure_1", "chatterjee2022"),
        ),
        pdf="results/chatterjee2022/{variant}/figures/figure_1.pdf",
    log:
        "results/logs/chatterjee2022_figure_1/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        classes=lambda wildcards: classes_in("chatterjee2022", wildcards.variant),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_figure_1.py"


rule chatterjee2022_figure_2:
    """Figure 2: necrotic core and oedema of a high-grade glioma in three contrasts."""
    input:
        subjects="results/cohorts/brats2019/subjects.csv",
        library=library("chatterjee2022_figure_2"),
    output:
        figure=report(
            "results/chatterjee2022/{variant}/figures/figure_2.svg",
            **in_report("figure", "figure_2", "chatterjee2022"),
        ),
        pdf="results/chatterjee2022/{variant}/figures/figure_2.pdf",
    log:
        "results/logs/chatterjee2022_figure_2/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        folder=lambda wildcards: folder_of(Wildcards(cohort="brats2019")),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_figure_2.py"


rule chatterjee2022_figure_4:
    """Figure 4: confusion matrices of ResNet(2+1)D."""
    input:
        predictions=shown_in("chatterjee2022", "figures", "figure_4"),
        library=library("chatterjee2022_figure_4"),
    output:
        figure=report(
            "results/chatterjee2022/{variant}/figures/figure_4.svg",
            **in_report("figure", "figure_4", "chatterjee2022"),
        ),
        pdf="results/chatterjee2022/{variant}/figures/figure_4.pdf",
    log:
        "results/logs/chatterjee2022_figure_4/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        panels=rows_at("chatterjee2022", "figures", "figure_4"),
        classes=lambda wildcards: classes_in("chatterjee2022", wildcards.variant),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_figure_4.py"


rule chatterjee2022_figure_5:
    """Figure 5: confusion matrices of ResNet mixed convolution."""
    input:
        predictions=shown_in("chatterjee2022", "figures", "figure_5"),
        library=library("chatterjee2022_figure_5"),
    output:
        figure=report(
            "results/chatterjee2022/{variant}/figures/figure_5.svg",
            **in_report("figure", "figure_5", "chatterjee2022"),
        ),
        pdf="results/chatterjee2022/{variant}/figures/figure_5.pdf",
        table=report(
            "results/chatterjee2022/{variant}/figures/figure_5.csv",
            **in_report("table", "figure_5", "chatterjee2022"),
        ),
    log:
        "results/logs/chatterjee2022_figure_5/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_at("chatterjee2022", "figures", "figure_5"),
        classes=lambda wildcards: classes_in("chatterjee2022", wildcards.variant),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_figure_5.py"


rule chatterjee2022_figure_6:
    """Figure 6: confusion matrices of ResNet 3D."""
    input:
        predictions=shown_in("chatterjee2022", "figures", "figure_6"),
        library=library("chatterjee2022_figure_6"),
    output:
        figure=report(
            "results/chatterjee2022/{variant}/figures/figure_6.svg",
            **in_report("figure", "figure_6", "chatterjee2022"),
        ),
        pdf="results/chatterjee2022/{variant}/figures/figure_6.pdf",
    log:
        "results/logs/chatterjee2022_figure_6/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        panels=rows_at("chatterjee2022", "figures", "figure_6"),
        classes=lambda wildcards: classes_in("chatterjee2022", wildcards.variant),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_figure_6.py"


rule chatterjee2022_figure_7:
    """Figure 7: scores of each class as heat maps."""
    input:
        predictions=shown_in("chatterjee2022", "figures", "figure_7"),
        library=library("chatterjee2022_figure_7"),
    output:
        figure=report(
            "results/chatterjee2022/{variant}/figures/figure_7.svg",
            **in_report("figure", "figure_7", "chatterjee2022"),
        ),
        pdf="results/chatterjee2022/{variant}/figures/figure_7.pdf",
        table=report(
            "results/chatterjee2022/{variant}/figures/figure_7.csv",
            **in_report("table", "figure_7", "chatterjee2022"),
        ),
    log:
        "results/logs/chatterjee2022_figure_7/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_at("chatterjee2022", "figures", "figure_7"),
        classes=lambda wildcards: classes_in("chatterjee2022", wildcards.variant),
        scoring=scoring_of("chatterjee2022"),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_figure_7.py"
