"""The data registry: every public file by name, address (pinned by commit), size and SHA-256."""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from rfsl.errors import DataError, install_extra
from rfsl.io.writing import written_beside

_CHUNK_BYTES = 64 * 1024
_TIMEOUT_S = 30


@dataclass(frozen=True)
class Home:
    """Where files are kept, and how a user names a folder that already holds them.

    Attributes:
        folder: where fetched files go.
        key: key of the config with the name of the user's folder.
        variable: environment variable with the same.
    """

    folder: Path
    key: str
    variable: str

    def named(self, configured: str | None) -> Path | None:
        """The folder that already holds the files; None if there is none.

        Args:
            configured: the key's value, which comes before the environment variable.
        """
        name = configured or os.environ.get(self.variable)
        return Path(name) if name else None


#: The flights and antennas of the AFAR challenge, and the sets of other fields.
AFAR = Home(Path("data/afar"), "afar.folder", "RFSL_AFAR_DIR")
FIELDS = Home(Path("data/fields"), "fields.folder", "RFSL_FIELDS_DIR")
_AFAR_SETS = ("afar", "aerpaw_antennas")
#: What a set is said to have that states no licence.
NO_LICENCE = "none stated"


@dataclass(frozen=True)
class Resource:
    """One public file.

    Attributes:
        file: its name.
        set: its set, one of `load_sets`.
        kind: `flight` or `antenna`.
        url: its address, pinned by commit.
        size_bytes, sha256: its size and checksum (hex digits).
    """

    file: str
    set: str
    kind: str
    url: str
    size_bytes: int
    sha256: str

    @property
    def home(self) -> Home:
        """Where it is kept."""
        return AFAR if self.set in _AFAR_SETS else FIELDS

    @property
    def path(self) -> Path:
        """Where it is once it is fetched."""
        home = self.home
        return (home.folder if home is AFAR else home.folder / self.set) / self.file


@dataclass(frozen=True)
class PublicSet:
    """One public set of files.

    Attributes:
        set: its name.
        title: what it is.
        licence: as its publisher states it.
        citation: what to cite.
        source: the transmitter, or what stands for it.
        known: how well its position is known.
    """

    set: str
    title: str
    licence: str
    citation: str
    source: str
    known: str


def load_registry() -> dict[str, Resource]:
    """All files of the registry by name."""
    return {
        row["file"]: Resource(
            row["file"], row["set"], row["kind"], row["url"], int(row["bytes"]), row["sha256"]
        )
        for row in _rows("registry.tsv")
    }


def load_sets() -> dict[str, PublicSet]:
    """The sets of the registry by name."""
    return {row["set"]: PublicSet(**row) for row in _rows("sets.tsv")}


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("rfsl.workflow.data").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines(), delimiter="\t"))


def found(resource: Resource, folder: Path) -> Path | None:
    """A file in a folder that holds it: directly, in a folder of its set, or of its kind."""
    names = ("", resource.set, "flights", "antenna")
    places = [folder / name / resource.file for name in names]
    return next((place for place in places if place.is_file()), None)


def obtain(resource: Resource, destination: Path, folder: Path | None) -> None:
    """Put one file of the registry at `destination`, checked by size and SHA-256.

    Args:
        resource: the file.
        destination: where it goes; it appears there whole or not at all.
        folder: a folder that already holds the file, directly or in `flights/`, `antenna/` or a
            folder with the name of its set. None downloads it from its address; a download that was
            cut off continues.

    Raises:
        DataError: the file is not in the folder, its address cannot be reached, its content is not
            what the registry lists, or the packages that fetch it are not installed.
    """
    if folder is not None:
        _check(resource, source := _find(resource, folder))
        with written_beside(destination) as temporary:
            shutil.copyfile(source, temporary)
        return
    try:
        import pooch  # here, since most commands fetch nothing and these load slowly
        import requests
    except ImportError as error:
        raise DataError(
            f"{resource.file} is not at {destination}, and pooch and requests, which fetch it, are "
            f"not installed.\nTwo ways out: {install_extra('workflow')}, or name a folder that "
            f"holds the file, with {resource.home.key} in the config or the environment variable "
            f"{resource.home.variable}"
        ) from error
    if load_sets()[resource.set].licence == NO_LICENCE:
        print(
            f"{resource.file}: its publisher states no licence; ask them before you pass it on",
            file=sys.stderr,
        )
    destination.parent.mkdir(parents=True, exist_ok=True)
    try:
        pooch.retrieve(
            url=resource.url,
            known_hash=f"sha256:{resource.sha256}",
            fname=destination.name,
            path=destination.parent,
            downloader=_resuming(
                destination.with_name(destination.name + ".part"), resource.size_bytes
            ),
        )
    except (requests.RequestException, OSError, ValueError) as error:
        raise DataError(
            f"{resource.file} is not at {destination} and could not be fetched from\n"
            f"  {resource.url}\n"
            f"  ({_brief(error)})\n"
            "Two ways out: connect to the network and run the same command again (a download that "
            "was cut off continues where it stopped), or name a folder that holds the file, with "
            f"{resource.home.key} in the config or the environment variable "
            f"{resource.home.variable}"
        ) from error


def _find(resource: Resource, folder: Path) -> Path:
    place = found(resource, folder)
    if place is not None:
        return place
    home = resource.home
    raise DataError(
        f"{resource.file} is not in {folder} (looked there, in flights/, in antenna/ and in "
        f"{resource.set}/).\nTwo ways out: put it there, or unset {home.key} and {home.variable} "
        f"to have it fetched from\n  {resource.url}"
    )


def _check(resource: Resource, path: Path) -> None:
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != resource.sha256:
        raise DataError(
            f"{path} is not the published file: SHA-256 {found}, the registry has "
            f"{resource.sha256} ({resource.size_bytes} bytes, found {path.stat().st_size}). "
            "It is damaged or another version; delete it and fetch it again"
        )


def _resuming(part: Path, size_bytes: int) -> Callable[[str, str, Any], None]:
    """Downloader for pooch that collects the file in `part`, and continues from there next time.

    It stops at `size_bytes`, with an error if more arrives; pooch then checks the SHA-256.
    """
    import requests
    from tqdm import tqdm

    def download(url: str, output_file: str, _: Any) -> None:
        start = part.stat().st_size if part.exists() else 0
        if start >= size_bytes:  # a complete file would have been moved: these bytes are wrong
            part.unlink()
            start = 0
        headers = {"Range": f"bytes={start}-"} if start else {}
        with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT_S) as response:
            response.raise_for_status()
            resumed = response.status_code == requests.codes.partial_content
            arrived = start if resumed else 0
            with (
                part.open("ab" if resumed else "wb") as handle,
                tqdm(
                    total=size_bytes, initial=arrived, unit="B", unit_scale=True, desc=part.stem
                ) as bar,
            ):
                for chunk in response.iter_content(_CHUNK_BYTES):
                    arrived += len(chunk)
                    if arrived > size_bytes:
                        break
                    handle.write(chunk)
                    bar.update(len(chunk))
        if arrived > size_bytes:
            part.unlink()
            raise ValueError(f"more than the {size_bytes} bytes that the registry lists arrived")
        part.replace(output_file)

    return download


def _brief(error: Exception) -> str:
    text = str(error).replace("\n", " ")
    return f"{type(error).__name__}: {text[:200]}"
