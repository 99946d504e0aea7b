"""What Snakemake asks of the package."""
