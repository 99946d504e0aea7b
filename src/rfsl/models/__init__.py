"""Networks and decoders."""
