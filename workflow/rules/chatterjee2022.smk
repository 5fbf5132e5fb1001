localrules:
    chatterjee2022_table_5,
    chatterjee2022_figure_5,


rule chatterjee2022_table_5:
    """Table 5: macro and weighted F1."""
    input:
        predictions=shown_in("chatterjee2022", "tables", "table_5"),
        library=library("chatterjee2022_table_5"),
    output:
        table="results/chatterjee2022/{variant}/tables/table_5.csv",
    log:
        "results/logs/chatterjee2022_table_5/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        **config["intervals"],
        rows=rows_of("chatterjee2022", "tables", "table_5"),
        classes=classes_of("chatterjee2022"),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_table_5.py"


rule chatterjee2022_figure_5:
    """Figure 5: confusion matrix of ResNet mixed convolution."""
    input:
        predictions=shown_in("chatterjee2022", "figures", "figure_5"),
        library=library("chatterjee2022_figure_5"),
    output:
        figure="results/chatterjee2022/{variant}/figures/figure_5.svg",
    log:
        "results/logs/chatterjee2022_figure_5/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        panels=rows_of("chatterjee2022", "figures", "figure_5"),
        classes=classes_of("chatterjee2022"),
        scope=SCOPE,
    script:
        "../../scripts/chatterjee2022_figure_5.py"
