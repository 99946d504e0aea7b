"""Figures: each module makes one kind, `style` writes them. Import the module that you need."""
