localrules:
    fill_checklists,


rule fill_checklists:
    """Which items of the reporting checklists the files of the run answer."""
    input:
        checklists=[source(f"workflow/checklists/{name}.yaml") for name in CHECKLISTS],
        evidence=source("workflow/checklists/evidence.yaml"),
        files=files_checked,
        library=library("fill_checklists"),
    output:
        answers="results/checklists.csv",
        summary="results/checklists_summary.csv",
    log:
        "results/logs/fill_checklists.log",
    benchmark:
        "results/benchmarks/fill_checklists.tsv"
    conda:
        "../../envs/statistics.yaml"
    params:
        studies=studies_checked(),
        captions=captions_checked(),
        real=really_what_it_says(),
        scope=SCOPE,
    script:
        "../../scripts/fill_checklists.py"
