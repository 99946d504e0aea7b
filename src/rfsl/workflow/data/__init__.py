"""Public files by name, address and checksum."""
