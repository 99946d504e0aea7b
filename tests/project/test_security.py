"""Logs, areas, configs and downloads are data: they run nothing and write nowhere else."""

from __future__ import annotations

import ast
import gzip
import json
import re
import struct
import threading
from collections.abc import Iterator
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from support.bad_logs import columns, read, write_afar
from support.paths import ROOT
from support.user_files import (
    CONTENT,
    GOOD_ROW,
    OTHER_ROW,
    TRIALS_HEAD,
    flight_log,
    plan_of,
    resource,
)

from rfsl import cli
from rfsl.config.config import Config
from rfsl.config.load import load_config, validate_config
from rfsl.errors import ConfigError, DataError
from rfsl.fixes.area_files import read_area
from rfsl.fixes.output import OUTPUTS
from rfsl.geometry.frames import LocalFrame
from rfsl.workflow.data.registry import load_registry, obtain

FRAME = LocalFrame.of(Config().scenario)
FORBIDDEN_MODULES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
FORBIDDEN_NAMES = {"eval", "exec", "compile", "__import__"}
FORBIDDEN_CALLS = {
    *(f"torch.{name}" for name in ("load", "save", "jit.load", "hub.load")),
    *(f"yaml.{name}" for name in ("load", "load_all", "full_load", "unsafe_load")),
    *(f"{pandas}.read_{kind}" for pandas in ("pd", "pandas") for kind in ("pickle", "hdf")),
    *(f"{numpy}.load" for numpy in ("np", "numpy")),
    *("os.system", "os.popen", "tarfile.open", "shutil.unpack_archive"),
}
#: The one place where MATLAB files are read; it looks at their headers first (test below).
MATLAB = ROOT / "src/rfsl/flights/readers/matlab.py"


def dangers(code: str) -> list[str]:
    """What in some code loads pickles or runs text; with the line."""
    found = []
    for node in ast.walk(ast.parse(code)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [a.name for a in node.names if a.name.split(".")[0] in FORBIDDEN_MODULES]
        elif isinstance(node, ast.ImportFrom):
            full = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [
                n for n in full if n.split(".")[0] in FORBIDDEN_MODULES or n in FORBIDDEN_CALLS
            ]
            names += [n for n in full if n.endswith(".loadmat")]
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in FORBIDDEN_NAMES | FORBIDDEN_CALLS or called.endswith(".loadmat"):
                names = [called]
            for keyword in node.keywords:
                false = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
                if keyword.arg in {"shell", "allow_pickle"} and not false:
                    names.append(f"{called}({keyword.arg}=...)")
        found += [f"line {getattr(node, 'lineno', 0)}: {name}" for name in names]
    return found


def test_nothing_is_unpickled_or_run() -> None:
    files = [*(ROOT / "src").rglob("*.py"), *(ROOT / "workflow").rglob("*.py")]
    assert len(files) > 150
    found = {path: dangers(path.read_text()) for path in files}
    assert {p: f for p, f in found.items() if f and p != MATLAB} == {}
    assert found[MATLAB] == [f for f in found[MATLAB] if f.endswith(".loadmat")]


@pytest.mark.parametrize(
    "code",
    [
        "import pickle",
        "from joblib import load",
        "from torch import load",
        "import torch\ntorch.load(p)",
        "import yaml\nyaml.load(t, Loader=yaml.Loader)",
        "np.load(p, allow_pickle=True)",
        "np.savez(p, allow_pickle=flag)",
        "subprocess.run(t, shell=True)",
        "eval('1')",
        "from scipy.io import loadmat",
        "scipy.io.loadmat(p)",
    ],
)
def test_dangers_are_seen(code: str) -> None:
    assert dangers(code)
    assert not dangers("model.eval()\nre.compile('a')\nyaml.safe_load(t)\nrun(t, shell=False)")


MATLAB_CLASSES = {
    **{1: "cell", 2: "struct", 3: "object", 4: "char", 5: "sparse"},
    **{16: "function", 17: "opaque", 99: "unknown"},
}


@pytest.mark.parametrize("number", MATLAB_CLASSES)
@pytest.mark.parametrize("field", ["timestamp_power", "mpower", "mYaw"])
def test_matlab_objects_are_not_read(tmp_path: Path, number: int, field: str) -> None:
    """A field of another class, by its header, is refused; its content is as it was."""
    path = write_afar(columns(FRAME), tmp_path)
    content, at = bytearray(path.read_bytes()), 128
    while at < len(content):  # elements: type, bytes; array flags, with the class, come first
        size = struct.unpack_from("<I", content, at + 4)[0]
        if field.encode() in content[at : at + 80]:
            assert content[at + 16] == 6  # double
            content[at + 16] = number
        at += 8 + size
    path.write_bytes(bytes(content))
    told = read(path, FRAME)
    assert isinstance(told, str) and "flight.mat" in told
    assert f"class {MATLAB_CLASSES[number]}" in told or "cannot be read" in told


def test_matlab_files_of_another_version_or_with_complex_numbers(tmp_path: Path) -> None:
    path = write_afar(columns(FRAME), tmp_path)
    head = bytearray(path.read_bytes())
    head[124:126] = b"\x00\x02"  # version 7.3
    path.write_bytes(bytes(head))
    assert "Save it with the option -v7" in str(read(path, FRAME))
    values = columns(FRAME)
    write_afar(values | {"rss_db": 1j * values["rss_db"]}, tmp_path)
    assert "field mpower holds complex numbers" in str(read(path, FRAME))


def test_matlab_headers_that_claim_too_much(tmp_path: Path) -> None:
    path = write_afar(columns(FRAME), tmp_path)
    content = path.read_bytes().replace(
        struct.pack("<II", 900, 1), struct.pack("<II", 2**31 - 1, 1)
    )
    path.write_bytes(content)
    told = read(path, FRAME)
    assert isinstance(told, str) and "30,000,000 at the most" in told


@pytest.mark.parametrize(
    "text",
    [
        "seed: !!python/object/apply:os.system ['touch hacked']",
        "seed: !!python/name:os.system",
        "seed: !!python/object/new:pathlib.Path [x]",
        "__use_yte__: true\nseed:\n  ?__import__('os').system('touch hacked'): 1",
    ],
)
def test_yaml_runs_nothing(tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.yaml").write_text(text)
    with pytest.raises(ConfigError, match=r"mine\.yaml"):
        load_config("mine.yaml")
    assert not Path("hacked").exists()


def laughs(levels: int) -> str:
    entities = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, levels))
    return f'<!DOCTYPE kml [<!ENTITY a0 "lol">{entities}]><kml>&a{levels - 1};</kml>'


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (laughs(5), "document type"),
        (laughs(30), "document type"),
        ('<!DOCTYPE kml [<!ENTITY x SYSTEM "file:///etc/passwd">]><kml>&x;</kml>', "document type"),
        ('<!DOCTYPE kml SYSTEM "http://127.0.0.1:9/x.dtd"><kml/>', "document type"),
        ("<kml>&x;</kml>", "undefined entity"),
        ("<a>" * 100_000, "nested in more than 100 levels"),
        ("<kml>" + " " * 20_000_001 + "</kml>", "20,000,000 at the most"),
    ],
)  # fmt: skip
def test_xml_entities_are_not_followed(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "area.kml"
    path.write_text(text)
    with pytest.raises(DataError, match=r"area\.kml: (not KML|the area cannot)") as error:
        read_area(path)
    assert told in str(error.value) and "root:" not in str(error.value)


class Endless(BaseHTTPRequestHandler):
    """Sends without end at `/endless`; at `/gzip` what unpacks to far more than it is."""

    sent = 0

    def do_GET(self) -> None:
        self.send_response(200)
        if self.path == "/gzip":
            self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            self.wfile.write(gzip.compress(bytes(30_000_000)))
            return
        self.end_headers()
        try:
            for _ in range(2000):
                Endless.sent += self.wfile.write(bytes(100_000))
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:
        del format, args


@pytest.fixture
def endless() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Endless) as http:
        thread = threading.Thread(target=http.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{http.server_port}"
        http.shutdown()
        thread.join()


@pytest.mark.parametrize("place", ["endless", "gzip"])
def test_a_download_ends_with_its_size(endless: str, tmp_path: Path, place: str) -> None:
    Endless.sent = 0
    with pytest.raises(DataError, match="more than the 256000 bytes"):
        obtain(resource(f"{endless}/{place}"), tmp_path / "f.mat", None)
    assert list(tmp_path.iterdir()) == []
    assert Endless.sent < 30_000_000  # what the sockets hold, and no more


def test_the_registry_pins_every_file() -> None:
    for name, item in load_registry().items():
        assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_. -]*", name) and item.file == name
        assert re.fullmatch(r"[0-9a-f]{64}", item.sha256) and 0 < item.size_bytes < 100_000_000
        assert re.match(r"https://raw\.githubusercontent\.com/[^/]+/[^/]+/[0-9a-f]{40}/", item.url)
    assert resource("x").size_bytes == len(CONTENT)


OUTSIDE = ["../x", "..", ".", "/tmp/x", "a/b", "a.b", "a b", "a\nb", "{x}", "a\\b", "ä", "x" * 101]


@pytest.mark.parametrize("name", OUTSIDE)
def test_names_stay_inside(tmp_path: Path, name: str) -> None:
    """Names of the config and of the trials table become folders and files."""
    mode = {"localizer": "strongest_rss", "label": "x"}
    for raw in (
        {"modes": {**Config().model_dump()["modes"], name: mode}},
        {"receivers": {**Config().model_dump()["receivers"], name: {}}},
        {"heatmaps": {"networks": {name: {}}}},
        {"simulation": {"receivers": {name: "plain"}}},
        {"ablation": {"sweeps": {name: [1]}}},
        {"trials": {"evaluate": [name]}},
        {"localize": {"modes": [name]}},
    ):
        with pytest.raises(ConfigError, match=r"string should (match pattern|have at most 100)"):
            validate_config(raw)
    if "\n" in name:
        return
    for column, good in (("trial", "one"), ("flight", "spiral"), ("location", "here")):
        row = GOOD_ROW.replace(good, name, 1)
        with pytest.raises(ConfigError, match=rf"line 2, column {column}"):
            plan_of(tmp_path, TRIALS_HEAD + row + OTHER_ROW)


def test_values_of_the_ablation_stay_inside(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"ablation\.sweeps\.order: found '\.\./x'"):
        plan_of(
            tmp_path, TRIALS_HEAD + GOOD_ROW + OTHER_ROW, ablation={"sweeps": {"order": ["../x"]}}
        )


def test_wildcards_of_outputs_stay_inside() -> None:
    """Whatever file is asked for, a wildcard is no path."""
    block = re.compile(r"wildcard_constraints:\n((?:\s+\w+=.*\n)+)")
    everywhere = dict(
        re.findall(r'(\w+)=r?"(.+)"', block.findall((ROOT / "Snakefile").read_text())[0])
    )
    for path in ("../x", "a/b", "..", "a.b"):
        assert not any(re.fullmatch(pattern, path) for pattern in everywhere.values())
    seen = set()
    for rules in (ROOT / "workflow/rules").glob("*.smk"):
        for rule in re.split(r"^(?:use )?rule ", rules.read_text(), flags=re.MULTILINE)[1:]:
            own = {name for text in block.findall(rule) for name in re.findall(r"(\w+)=", text)}
            made = re.search(r"\n    output:\n((?:        .*\n)+)", rule)
            used = set(re.findall(r"\{(\w+)\}", made[1] if made else ""))
            assert used <= own | set(everywhere), rule.split(":")[0]
            seen |= used
    assert {"trial", "mode", "file", "name", "propagation"} <= seen


@pytest.mark.parametrize("name", ["...csv", "..csv", "....csv"])
def test_a_log_of_dots_is_written_inside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    flight_log(Path("my.csv")).rename(name)
    assert cli.main(["localize", name, "--estimator", "strongest_rss"]) == cli.FOUND
    made = [path for path in Path("results").rglob("*") if path.is_file()]
    assert {path.name for path in made} == set(OUTPUTS)
    assert {path.parent.parent for path in made} == {Path("results/localize")}


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, *(name for name, _ in attrs)))


HOSTILE = [
    "<script>alert(1)<!--.csv",
    '"><img src=x onerror=alert(1)>.csv',
    "--><svg onload=alert(1)>]]>.csv",
    "$\\frac$ ${title} $x_1$ &amp; %s {0}.csv",
    "\x01\x1b[31m\udcff\ufffe \u0938\U0001f600.csv",
]


def test_text_of_users_is_escaped(tmp_path: Path) -> None:
    """Names of logs and areas and labels of modes add no element, whatever they hold."""
    plain = page_tags(tmp_path, "my flight.csv", "label")
    for name in HOSTILE:
        assert page_tags(tmp_path, name, name) == plain


def page_tags(tmp_path: Path, name: str, label: str) -> list[tuple[str, ...]]:
    """Tags of the page; every other output of the same run has been read."""
    log = flight_log(tmp_path / "log.csv").rename(tmp_path / name)
    overlay = {"modes": {"strongest_rss": {"label": label.encode(errors="replace").decode()}}}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(overlay))
    out = tmp_path / "out"
    arguments = ["localize", str(log), "--output", str(out), "--estimator", "strongest_rss"]
    assert cli.main([*arguments, "--config", str(tmp_path / "mine.yaml")]) == cli.FOUND
    shown = json.loads((out / "fix.json").read_text())["flight"]
    assert "\x01" not in shown and "\x1b" not in shown
    features = json.loads((out / "fix.geojson").read_text())["features"]
    assert [f["properties"]["what"] for f in features] == ["fix", "track", "area"]
    tree = ElementTree.parse(out / "fix.kml")
    described = [e.text or "" for e in tree.iter("{http://www.opengis.net/kml/2.2}description")]
    assert any(shown in text for text in described)
    assert len(list(tree.iter("{http://www.opengis.net/kml/2.2}Placemark"))) == 3
    tags = Tags()
    tags.feed((out / "map.html").read_text())
    # Lines of the title are wrapped, and letters that are not drawn have no element.
    return [
        tag for tag in tags.found if tag[0] not in {"text", "tspan", "g", "path", "use", "defs"}
    ]
