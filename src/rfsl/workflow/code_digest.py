"""Digest of the modules that a workflow script depends on.

Snakemake re-runs a rule when its script changes, not when a module that the script imports does.
So each rule carries this digest among its params. It is computed from the import statements, so no
list has to be kept by hand, and from file contents, so a moved checkout has the same digests.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = "rfsl"
_ROOT = Path(__file__).parents[1]
#: Where a statement holds further statements.
_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def code_digest(script: str | Path, root: Path = _ROOT) -> str:
    """SHA-256 (16 hex digits) over the files that `imported_files` finds, and their contents."""
    digest = hashlib.sha256()
    for path in imported_files(script, root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(_content_digest(path))
    return digest.hexdigest()[:16]


@cache
def _content_digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


def imported_files(script: str | Path, root: Path = _ROOT) -> list[Path]:
    """Every file of the package that `script` imports, directly or not, sorted.

    Data files of a subpackage that is imported count as well, and so does every module of a
    package that lists its own folder (`pkgutil`), as the registries do.

    Args:
        root: folder of the package.
    """
    seen: set[Path] = set()
    pending = list(_imports(Path(script), PACKAGE, root))
    while pending:
        path = pending.pop()
        if path in seen:
            continue
        seen.add(path)
        if path.suffix == ".py":
            pending += _imports(
                path, ".".join([PACKAGE, *path.relative_to(root).parent.parts]), root
            )
    return sorted(seen)


@cache
def _imports(path: Path, package: str, root: Path) -> tuple[Path, ...]:
    files: list[Path] = []
    for node in import_statements(path):
        if isinstance(node, ast.Import):
            for alias in node.names:
                files += _files_of(alias.name, root)
                if alias.name == "pkgutil":  # a package that lists its own folder
                    files += sorted(path.parent.glob("*.py"))
        else:
            base = node.module or ""
            if node.level:
                parents = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parents, *([base] if base else [])])
            files += _files_of(base, root)
            for alias in node.names:
                files += _files_of(f"{base}.{alias.name}", root)
    return tuple(dict.fromkeys(files))


def import_statements(path: Path) -> Iterator[ast.Import | ast.ImportFrom]:
    """Every import of a module, also inside functions."""
    pending: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"), str(path))]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        for block in _BLOCKS:  # statements alone: expressions are many and import nothing
            pending += getattr(node, block, ())


@cache
def _files_of(module: str, root: Path) -> tuple[Path, ...]:
    """Source files that importing `module` runs: its packages' __init__ files and its own."""
    parts = module.split(".")
    if parts[0] != PACKAGE:
        return ()
    files = [root / "__init__.py"]
    place = root
    for part in parts[1:]:
        if (place / f"{part}.py").is_file():
            files.append(place / f"{part}.py")
            break
        if not (place / part / "__init__.py").is_file():
            break
        place = place / part
        files.append(place / "__init__.py")
        files += sorted(path for path in place.iterdir() if path.suffix not in {"", ".py"})
    return tuple(files)
