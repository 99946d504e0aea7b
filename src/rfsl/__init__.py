"""uav-rfsl: find a hidden radio transmitter on the ground from what a UAV measured in flight."""

__version__ = "0.1.0"
