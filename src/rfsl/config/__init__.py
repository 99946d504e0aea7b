"""Every key of the configuration: type, bounds, default and meaning.

The config is a tree of blocks. A block is a `Settings` class, a key is a field of it with a
`description`. An unknown or wrong key stops the run before any job and is explained. config.yaml,
config.schema.json and README.md in config/ are generated from these classes; config/README.md is
the manual of all keys.

- `base`: the base class of the blocks, and types that several blocks share.
- `config`: the whole configuration, with checks across blocks.
- `load`: reads and checks a config, and explains what is wrong.
- `generate`: writes the files in config/ (`make config`).
- `scenario`: place, radio, and the paper's spiral.
- `flights`: trials, public data, reading of logs.
- `propagation`: antennas and landing legs.
- `calibration`: the calibration on flights over known sources.
- `simulation`: receivers, data sets, simulated flights, synthetic trials.
- `features`: what RealAdaptRNet sees, and its ablation.
- `networks`: training of RealAdaptRNet and the set networks, and the device.
- `radiomaps`: scenes, networks on maps, heatmaps.
- `localizers`: the classical localizers.
- `modes`: the modes, and localizing one flight.
- `planning`: the policies that choose the way in flight, and their benchmark.
- `figures`: what each figure shows. `widths`: how wide it can be.

To add a key, add a field with a `description` to its block, its unit in the name, and run `make
config`. A test fails if the files in config/ are not up to date.
"""
