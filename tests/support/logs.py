"""One made-up flight as a log of each form, and a real log with made-up positions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd

from rfsl.geometry.frames import LocalFrame

START_S = datetime(2023, 12, 13, 14, 28, 47, tzinfo=UTC).timestamp()


class Flown:
    """One made-up flight: power at 30 Hz, positions at 1 Hz, 40 m high."""

    def __init__(self, frame: LocalFrame, samples: int = 3000) -> None:
        self.time_s = START_S + np.arange(samples) / 30.0
        self.track_s = START_S + np.arange(samples // 30 + 1) * 1.0
        self.rss_db = -20.0 + np.random.default_rng(1).standard_normal(samples)
        self.quality_db = np.full(samples, 72.0)
        since_s = self.track_s - START_S
        self.latitude_deg, self.longitude_deg = frame.to_geodetic(
            3.0 * since_s, 100.0 + 0 * since_s
        )
        self.height_m = np.full(since_s.size, 40.0)

    def raw(self, folder: Path, attitude: bool = False, name: str = "2023-12-13_14_28_47") -> Path:
        for what, values in (("power", self.rss_db), ("quality", self.quality_db)):
            lines = [
                f"[{stamp(t)}] {8 * i // 2:07o} {value:>15.6f}"
                for i, (t, value) in enumerate(zip(self.time_s, values, strict=True))
            ]
            lines.append(f"[{stamp(self.time_s[-1] + 0.01)}] 0255450")
            (folder / f"{name}_{what}_log.txt").write_text("\n".join(lines) + "\n")
        rows = []
        for i, (t, lat, lon, up) in enumerate(
            zip(self.track_s, self.latitude_deg, self.longitude_deg, self.height_m, strict=True)
        ):
            inner = '"(0.1,1.5707963,-0.2)","(3,0,0)",50.2,' if attitude else "50.2,99,"
            rows.append(f"{i + 1},{lon:.9f},{lat:.9f},{up:.3f},{inner}{stamp(t)},5,17")
        (folder / f"{name}_vehicleOut.txt").write_text("\n".join(rows) + "\n")
        return folder / f"{name}_power_log.txt"

    def release(self, folder: Path) -> Path:
        np.savetxt(folder / "power_log.csv", np.c_[self.time_s, self.rss_db], "%.6f", ",")
        np.savetxt(folder / "quality_log.csv", np.c_[self.time_s, self.quality_db], "%.6f", ",")
        track = np.c_[self.longitude_deg, self.latitude_deg, self.height_m, self.track_s]
        np.savetxt(folder / "log.csv", track, "%.9f", ",")
        return folder

    def table(self, path: Path, **changes: object) -> Path:
        columns: dict[str, object] = {
            "time_s": self.time_s,
            "latitude_deg": np.interp(self.time_s, self.track_s, self.latitude_deg),
            "longitude_deg": np.interp(self.time_s, self.track_s, self.longitude_deg),
            "height_m": 40.0,
            "rss_db": self.rss_db,
            "quality_db": self.quality_db,
            "yaw_deg": 90.0,
        }
        frame = pd.DataFrame(columns | changes)
        frame.to_parquet(path) if path.suffix == ".parquet" else frame.to_csv(path, index=False)
        return path


def stamp(time_s: float) -> str:
    return datetime.fromtimestamp(time_s, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def with_positions(afar_folder: Path, folder: Path, name: str, frame: LocalFrame) -> Path:
    """A folder with a real power and quality log, and made-up positions of the same time."""
    first = last = ""
    for what in ("power", "quality"):
        log = afar_folder / "logs" / f"{name}_{what}_log.txt"
        (folder / log.name).symlink_to(log)
        lines = log.read_text().splitlines()
        first, last = lines[0][1:27], lines[-2][1:27]
    start_s, stop_s = (
        datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() for text in (first, last)
    )
    time_s = np.arange(start_s, stop_s)
    latitude_deg, longitude_deg = frame.to_geodetic(0.3 * (time_s - start_s), 0 * time_s)
    rows = [
        f"{i},{lon:.7f},{lat:.7f},40,50,99,{stamp(t)},5,17"
        for i, (t, lat, lon) in enumerate(zip(time_s, latitude_deg, longitude_deg, strict=True))
    ]
    (folder / f"{name}_vehicleOut.txt").write_text("\n".join(rows) + "\n")
    return folder
