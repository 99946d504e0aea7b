"""What a config asks for: which trials, folds, modes and files."""
