"""Files: written whole, checked when read.

Every file of the pipeline is written under a temporary name in its folder and then moved into
place, so a reader never sees half a file, even after a crash. Tables are checked against a schema
when they are written and when they are read. Large vectors are in uncompressed Arrow files, which a
reader maps into memory. A file that cannot be read raises a `DataError` that says what to do.

- `writing`: `written_beside`, through which every file is written.
- `records`: JSON records, and the base class of records with a schema.
- `tables`: Parquet tables with a schema, and tab-separated tables for people.
- `schemas`: columns of the tables between stages; docs/reference/files.md is generated from them.
- `arrow`: Arrow files with columns of vectors.
- `progress`: how far a long job is.

To add a table, add its class to `schemas` and use `write_frame` and `read_frame`. The first line of
the class's docstring is "path: what a row is"; the reference page shows it.
"""
