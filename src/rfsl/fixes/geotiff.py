"""The posterior as GeoTIFF, written by rasterio of the extra `gis`.

Home of the format: https://docs.ogc.org/is/19-008r4/19-008r4.html
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from rfsl.errors import DataError, install_extra
from rfsl.fixes.geodetic_posterior import GeodeticPosterior
from rfsl.geometry.frames import LocalFrame
from rfsl.io.writing import written_beside


def check_geotiff() -> None:
    """Check that GeoTIFFs can be written.

    Raises:
        DataError: rasterio is not installed.
    """
    try:
        import rasterio  # noqa: F401
    except ImportError as error:
        remedy = install_extra("gis")
        raise DataError(f"GeoTIFFs are written by rasterio; {remedy}") from error


def write_geotiff(posterior: GeodeticPosterior, frame: LocalFrame, path: str | Path) -> None:
    """Write the density of the source's position as a GeoTIFF of one band.

    The band holds the probability per square metre (float32), NaN where the source cannot be. Its
    pixels are the estimator's smallest cells, and row 0 is the north edge. The coordinate system is
    the orthographic projection about the origin of the local frame, which is the local frame.

    Args:
        posterior: of an estimator whose cells form a grid.
        frame: its local frame.
        path: the file.

    Raises:
        DataError: rasterio is not installed, the cells form no grid, or the file cannot be written.
    """
    check_geotiff()
    import rasterio
    from rasterio.errors import RasterioError

    if not posterior.is_grid:
        raise DataError(f"{path}: the cells of this estimator form no grid, so they make no raster")
    x_m, y_m, density = posterior.raster()
    width_m, height_m = posterior.pixel_m
    corner_m = (x_m[0] - width_m / 2.0, y_m[-1] + height_m / 2.0)
    projection = (
        f"+proj=ortho +lat_0={frame.origin_latitude_deg!r} +lon_0={frame.origin_longitude_deg!r} "
        "+x_0=0 +y_0=0 +ellps=WGS84 +datum=WGS84 +units=m +no_defs"
    )
    with written_beside(path) as temporary:
        try:
            with rasterio.open(
                temporary,
                "w",
                driver="GTiff",
                width=x_m.size,
                height=y_m.size,
                count=1,
                dtype="float32",
                nodata=np.nan,
                crs=projection,
                transform=rasterio.transform.from_origin(*corner_m, width_m, height_m),
                compress="deflate",
                tiled=True,
            ) as raster:
                raster.write(density[::-1].astype(np.float32), 1)
                raster.set_band_description(1, "probability per square metre")
                raster.update_tags(1, UNIT="1/m2")
        except RasterioError as error:
            raise OSError(f"rasterio: {error}") from error
