"""Made-up measurements: RSS, flights, synthetic trials."""
