"""What the Snakemake workflow asks of the package.

The Snakefile makes one `Plan` from the config, and the rules of workflow/rules/ read their inputs,
params and labels from it. A rule's script opens `jobs.job`, which sets up its log and its threads.
Snakemake runs a rule again when its params change; a digest of the code is one of them.

- `code_digest`: digest of a script and of the modules that it imports.
- `data`: the registry of public files.
- `jobs`: what every script runs in.
- `plan`: what a config asks for.
- `simulator`: the simulator of flights for scripts, from their params.
- `versions`: the configuration, the versions and the list of files that a run made.

A rule states in `params:` every config key that its result depends on, and `plan.code(...)`; see
docs/how-to/add-figure.md for a complete rule and docs/how-to/rerun.md for what runs again.
"""
