localrules:
    describe_settings,



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
