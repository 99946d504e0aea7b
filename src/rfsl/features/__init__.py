"""What RealAdaptRNet sees of a flight: grouped, smoothed, clustered or normalized."""
