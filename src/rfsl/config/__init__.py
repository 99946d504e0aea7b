"""Every key of the configuration, a module for each room of the package."""
