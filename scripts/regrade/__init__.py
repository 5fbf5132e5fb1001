"""What the scripts of the workflow share; it knows neither Snakemake nor config.yaml."""
