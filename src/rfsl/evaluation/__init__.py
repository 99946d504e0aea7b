"""How good an estimate is: scores on trials, on simulated flights and on scenes, and their limits."""
