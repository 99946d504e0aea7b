"""The trained networks, a room for each: model, training, score."""
