rule audit_published:
    """Which of a paper's printed numbers hold, and which are impossible."""
    input:
        published=published_of,
        claims=claims_file_of,
        library=library("audit_published"),
    output:
        audit="results/{study}/audit.csv",
    log:
        "results/logs/audit_published/{study}.log",
    benchmark:
        "results/benchmarks/audit_published/{study}.tsv"
    conda:
        "../../envs/statistics.yaml"
    script:
        "../../scripts/audit_published.py"
