localrules:
    describe_settings,
    tabulate_settings,


rule describe_settings:
    """The page on every setting, made from the schemas; asked for by `make docs`."""
    input:
        config=source("config.yaml"),
        schemas=[
            source("workflow/schemas/config.schema.yaml"),
            source("workflow/schemas/study.schema.yaml"),
            source("workflow/schemas/settings.schema.yaml"),
            source("workflow/schemas/sources.schema.yaml"),
        ],
        library=library("describe_settings"),
    output:
        page="docs/settings.md",
    log:
        "results/logs/describe_settings.log",
    conda:
        "../../envs/statistics.yaml"
    script:
        "../../scripts/describe_settings.py"


rule tabulate_settings:
    """Every setting of a study as it is for this run, with the words that stand at it."""
    input:
        study=study_file_of,
        schema=source("workflow/schemas/study.schema.yaml"),
        library=library("tabulate_settings"),
    output:
        table="results/{study}/settings.csv",
    log:
        "results/logs/tabulate_settings/{study}.log",
    conda:
        "../../envs/statistics.yaml"
    params:
        variants=lambda wildcards: STUDY_VARIANTS[wildcards.study],
        scale=lambda wildcards: SCALE.get(wildcards.study),
    script:
        "../../scripts/tabulate_settings.py"
