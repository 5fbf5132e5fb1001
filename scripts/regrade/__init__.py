"""What the scripts share; it knows neither Snakemake nor config.yaml."""
