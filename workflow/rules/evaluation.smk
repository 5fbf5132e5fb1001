rule reproduce_text:
    """The numbers that a paper prints outside of its tables."""
    input:
        tables=printed_tables_at,
        cohorts=sheets_of_study,
        splits="results/{study}/{variant}/splits.csv",
        text=text_file_of,
        library=library("reproduce_text"),
    output:
        table=report(
            "results/{study}/{variant}/tables/text.csv",
            **in_report("table", "text"),
        ),
    log:
        "results/logs/reproduce_text/{study}/{variant}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        scope=SCOPE,
    script:
        "../../scripts/reproduce_text.py"


rule compare_published:
    """Every published number beside the reproduced one."""
    input:
        published=published_of,
        audit="results/{study}/audit.csv",
        text=text_file_of,
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


rule side_by_side:
    """Printed and reproduced numbers beside each other, for a paper and as a page."""
    input:
        comparison="results/{study}/comparison.csv",
        template=source("workflow/report/side_by_side.html.j2"),
        style=source("workflow/report/page.css"),
        library=library("side_by_side"),
    output:
        latex="results/{study}/comparison.tex",
        page="results/report/{study}.html",
    log:
        "results/logs/side_by_side/{study}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        study="{study}",
        scope=SCOPE,
    script:
        "../../scripts/side_by_side.py"
