"""The package keeps its rules: the order of rooms, no circles, maps in __init__; and its tests."""

from __future__ import annotations

import ast
import graphlib
import re
from pathlib import Path

import pytest
from support.paths import ROOT
from support.sources import PACKAGE, imported_modules, modules

#: Rooms from the first to the last: a module imports from its own room and from earlier ones.
ROOMS = (
    *("errors", "arrays", "randomness", "io", "config", "geometry", "flights", "propagation"),
    *("calibration", "simulation", "features", "radiomaps", "networks", "localizers"),
    *("planning", "evaluation", "figures", "pages", "fixes", "workflow", "api", "live"),
    *("cli", "__main__"),
)
#: Packages that find their modules by listing their folder.
REGISTRIES = {"rfsl.propagation.models", "rfsl.localizers.methods", "rfsl.planning.policies"}
TESTS = ROOT / "tests"
#: Folders of the tests that are about no room.
OTHERS = {"support", "benchmarks", "end_to_end", "project"}


def room_of(module: str) -> str:
    return module.split(".")[1]


def test_every_room_has_its_place() -> None:
    assert {room_of(name) for name in modules() if name != "rfsl"} == set(ROOMS)


def test_modules_import_from_earlier_rooms() -> None:
    wrong = [
        f"{name} imports {other}"
        for name, path in modules().items()
        for other in sorted(imported_modules(path) - {"rfsl"})
        if ROOMS.index(room_of(other)) > ROOMS.index(room_of(name))
    ]
    assert wrong == []


def test_no_module_imports_itself_through_others() -> None:
    graph = {name: set(imported_modules(path)) for name, path in modules().items()}
    for registry in REGISTRIES:
        graph[registry] |= {name for name in graph if name.startswith(f"{registry}.")}
    assert sum(map(len, graph.values())) > 500
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("__init__.py")), ids=str)
def test_a_package_is_described_and_imports_nothing(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    name = ".".join(path.relative_to(PACKAGE.parent).parent.parts)
    imports = any(
        isinstance(node, ast.Import | ast.ImportFrom)
        # rfsl itself looks for `rfsl.localize` once it is asked for, by the name of its module.
        and ast.unparse(node) != "from importlib import import_module"
        for node in ast.walk(tree)
    )
    assert imports == (name in REGISTRIES)


def test_no_module_is_two_things() -> None:
    long = [name for name, path in modules().items() if len(path.read_text().splitlines()) > 420]
    assert long == []


# The page on the code


CODE_PAGE = ROOT / "docs" / "explanation" / "code.md"


def test_the_page_on_the_code_shows_the_rooms_in_order() -> None:
    table = CODE_PAGE.read_text(encoding="utf-8").split("## The rooms")[1].split("\n## ")[0]
    firsts = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    assert re.findall(r"`(\w+)`", " ".join(firsts)) == list(ROOMS)


def test_the_page_on_the_code_names_what_is_there() -> None:
    """Modules by path or by name; a name may go on with one that the module defines."""
    spans = set(re.findall(r"`([^`\s]+)`", CODE_PAGE.read_text(encoding="utf-8")))
    paths = {span for span in spans if re.fullmatch(r"\w+(/\w+)*/\w+\.py", span)}
    names = {span for span in spans if re.fullmatch(r"\w+(\.\w+)+", span)} - paths
    names = {name for name in names if name.split(".")[0] in ROOMS and not name.endswith(".py")}
    assert len(paths) > 8 and len(names) > 8
    assert [path for path in paths if not (PACKAGE / path).is_file()] == []
    known = {name.removeprefix("rfsl.") for name in modules()}
    for name in names - known:
        module, _, defined = name.rpartition(".")
        assert module in known, name
        assert re.search(
            rf"^(def|class) {defined}\b", modules()[f"rfsl.{module}"].read_text(), re.M
        )


# The tests


def test_every_room_has_its_tests() -> None:
    """Folders of the tests are those of the package; a room that is one module needs none."""
    folders = {
        path.relative_to(TESTS).as_posix()
        for path in TESTS.rglob("*")
        if path.is_dir() and path.name != "__pycache__"
    }
    mirrored = {path for path in folders if path.split("/")[0] not in OTHERS}
    packages = {path.parent.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py")}
    assert mirrored <= packages
    rooms = {name for name in ROOMS if (PACKAGE / name).is_dir()}
    assert rooms <= mirrored
    assert folders >= OTHERS


def test_no_test_module_imports_another() -> None:
    for path in TESTS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                imported = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert not node.level, f"{path}: a relative import"
                imported = [str(node.module)]
            else:
                continue
            for name in imported:
                first, last = name.split(".")[0], name.split(".")[-1]
                assert first != "tests", f"{path} imports {name}"
                assert not last.startswith(("test_", "bench_", "conftest")), f"{path}: {name}"
