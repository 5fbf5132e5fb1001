rule compare_published:
    """Every published number beside the reproduced one."""
    input:
        published=published_of,
        tables=tables_of_study,
        library=library("compare_published"),
    output:
        comparison="results/{study}/comparison.csv",
    log:
        "results/logs/compare_published/{study}.log",
    benchmark:
        "results/benchmarks/compare_published/{study}.tsv"
    conda:
        "../../envs/statistics.yaml"
    params:
        tables_of=variants_of_tables,
    script:
        "../../scripts/compare_published.py"
