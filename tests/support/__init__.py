"""What several test modules use: factories, made-up files, checkouts, a browser, the pages."""
