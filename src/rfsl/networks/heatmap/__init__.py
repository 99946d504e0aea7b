"""Networks on radio maps (LocHeatmap)."""
