"""What flights over known sources teach: loss behind the legs, gain, shadowing and the receiver.

A calibration compares the measured with the predicted power on flights whose source position is
known. Each fold leaves out all flights over one location, so that no flight is scored with a
calibration that saw its source. The result is a `Calibration` record
(`rfsl.propagation.calibration_file`), stored in results/calibration/{fold}.json.
docs/explanation/calibration.md explains the method and its results.

- `calibrate`: everything that one fold needs.
- `links`: geometry and power of a flight over its source, sample by sample.
- `leg_loss`: β of the loss behind the landing legs (equation 8).
- `gain_and_shadowing`: gain by direction, levels of the flights, and shadowing.
- `tracking`: floor, acquisition and release of the receiver.
"""
