localrules:
    record_run,
    record_crate,
    record_numbers,
    verify,


rule record_run:
    """What ran: versions, commit, devices, seeds and settings."""
    input:
        costs=costs_recorded,
        citation=source("CITATION.cff"),
        library=library("record_run"),
    output:
        run="results/run.json",
    log:
        "results/logs/record_run.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        commit=commit_at,
        clean=is_clean,
        seeds=config["seeds"],
        scope=SCOPE,
        settings=settings_recorded(),
    script:
        "../../scripts/record_run.py"


rule record_crate:
    """Where each table comes from, as an RO-Crate."""
    input:
        tables=shown_in_report(".csv"),
        settings=shown_in_report("settings.yaml"),
        subjects=expand("results/cohorts/{cohort}/subjects.csv", cohort=USED),
        run="results/run.json",
        citation=source("CITATION.cff"),
        library=library("record_crate"),
    output:
        crate="results/ro-crate-metadata.json",
    log:
        "results/logs/record_crate.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        origins=origins_of_tables,
        cohorts=cohorts_recorded,
    script:
        "../../scripts/record_crate.py"


rule record_numbers:
    """All tables of numbers in one archive, and the hash of every table and figure."""
    input:
        shown=shown_in_report(".csv", ".svg"),
        run="results/run.json",
        library=library("record_numbers"),
    output:
        record="results/record.zip",
    log:
        "results/logs/record_numbers.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        files=files_recorded,
    script:
        "../../scripts/record_numbers.py"


rule verify:
    """Compare the results with their record or another folder; name what differs."""

    # The results are no inputs: Snakemake would first make again what is out of date,
    # and a table that somebody has changed makes everything after it so.
    input:
        library=library("verify"),
    log:
        "results/logs/verify.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        results="results",
        against=verified_against,
        tolerance=config["verify"]["tolerance"],
    script:
        "../../scripts/verify.py"
