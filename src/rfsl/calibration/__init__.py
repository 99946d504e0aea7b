"""What flights over known sources teach: leg loss, gain, shadowing, the receiver."""
