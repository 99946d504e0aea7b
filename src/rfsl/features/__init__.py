"""Features: the vector that RealAdaptRNet gets from a flight.

A flight has thousands of samples of position and RSS; the network takes one vector of fixed length.
A representation is the way from the one to the other. `clustered` averages groups of samples,
smooths them, cuts the flight into cells by x, y and RSS, and keeps the mean RSS, x and y of the
strongest samples of each cell (the paper's sections III-A and III-B). `normalized` averages groups
and scales their RSS to 0..1.

- `representations`: settings of a representation, length of its vector, scaling for the network.
- `clustering`: grouping, smoothing and clustering of one flight.
- `partitions`: the four ways to cut a flight into cells.
- `kmeans`: k-means of samples in the order of time.
- `vectors`: the feature vector of a flown log, or of simulated RSS.
- `files`: results/features/.../{split}.parquet, described in docs/reference/files.md.

To add a representation, or a setting of one, see docs/how-to/add-mode.md.
"""
