"""A log becomes a flight, and a flight becomes cells."""
