rule compare_published:
    """Every published number beside the reproduced one."""
    input:
        published=published_of,
        tables=tables_of_study,
        library=library("compare_published"),
    output:
        comparison=report(
            "results/{study}/comparison.csv",
            **in_report("table", "comparison", variant="all variants"),
        ),
    log:
        "results/logs/compare_published/{study}.log",
    benchmark:
        "results/benchmarks/compare_published/{study}.tsv"
    conda:
        "../../envs/statistics.yaml"
    params:
        tables_of=variants_of_tables,
        readings=lambda wildcards: study_of(wildcards).get("readings", {}),
    script:
        "../../scripts/compare_published.py"


rule format_table:
    """A table as its paper prints it, in Markdown and LaTeX."""
    input:
        table="results/{study}/{variant}/tables/{table}.csv",
        published=published_of,
        library=library("format_table"),
    output:
        markdown="results/{study}/{variant}/tables/{table}.md",
        latex="results/{study}/{variant}/tables/{table}.tex",
    log:
        "results/logs/format_table/{study}/{variant}/{table}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        variant="{variant}",
        title=lambda wildcards: layout_of(wildcards)["title"],
        heading=lambda wildcards: layout_of(wildcards)["heading"],
        columns=lambda wildcards: layout_of(wildcards)["columns"],
        scope=SCOPE,
    script:
        "../../scripts/format_table.py"
