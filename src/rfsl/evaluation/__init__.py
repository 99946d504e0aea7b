"""How good an estimate is: scores on trials, simulated flights and scenes, and their limits."""
