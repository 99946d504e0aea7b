"""Public files: flight logs and antenna measurements that the workflow downloads.

The registry lists every file with its address (pinned by commit), size and SHA-256, so a file that
changed at its address is not taken. A folder that already holds the files can replace the download
(`afar.folder` in the config, or the environment variable RFSL_AFAR_DIR).

- `registry`: reads the list, and puts a file in its place after checking it.
- `registry.tsv`: the list.

To add a public file, add a row to registry.tsv; then config keys and trials tables can use its
name. docs/how-to/real-flights.md and docs/how-to/add-antenna.md show both uses.
"""
