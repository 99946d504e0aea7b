"""What happens to the signal on its way."""
