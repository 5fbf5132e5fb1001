rule audit_published:
    """Which of a paper's printed numbers hold, and which are impossible."""
    input:
        published=published_of,
        claims=claims_file_of,
        library=library("audit_published"),
    output:
        audit=report(
            "results/{study}/audit.csv",
            **in_report("table", "audit", variant="all variants"),
        ),
    log:
        "results/logs/audit_published/{study}.log",
    benchmark:
        "results/benchmarks/audit_published/{study}.tsv"
    conda:
        "../../envs/statistics.yaml"
    script:
        "../../scripts/audit_published.py"
