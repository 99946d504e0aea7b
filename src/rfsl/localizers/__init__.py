"""Who says where the source is, from one flight."""
