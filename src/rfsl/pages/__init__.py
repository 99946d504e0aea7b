"""Interactive pages: each one HTML file that needs nothing from elsewhere."""
