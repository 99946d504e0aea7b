"""Digest of the code that a workflow script runs: its own, and that of the modules it imports.

By default Snakemake looks only at the text of a rule's script. It would run the rule again after a
changed comment in it, and miss a changed module of the package. So each rule has this digest among
its params, and the default profile turns the comparison of scripts off. The digest follows the
import statements, so nobody has to keep a list. It ignores comments, docstrings and the
descriptions of keys and columns, so rewording them runs nothing again. It contains no absolute
path, so a moved checkout has the same digests.
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
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def code_digest(script: str | Path, root: Path = _ROOT) -> str:
    """SHA-256 (16 hex digits) over a script and every file that `imported_files` finds for it."""
    script = Path(script)
    digest = hashlib.sha256(_content_digest(script))
    for path in imported_files(script, root):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0")
        digest.update(_content_digest(path))
    return digest.hexdigest()[:16]


@cache
def _content_digest(path: Path) -> bytes:
    content = path.read_bytes()
    if path.suffix == ".py":
        content = bare_code(content.decode("utf-8")).encode()
    return hashlib.sha256(content).digest()


def bare_code(source: str) -> str:
    """Python source without its comments, docstrings and `Field(description=...)`."""
    tree = ast.parse(source)
    described = "description" in source
    for node in ast.walk(tree) if described else _statements(tree):
        if isinstance(node, ast.Call) and _is_field(node.func):
            node.keywords = [item for item in node.keywords if item.arg != "description"]
        elif isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.unparse(tree)


def _is_field(called: ast.expr) -> bool:
    """Whether it is pydantic's or pandera's `Field`."""
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name == "Field"


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """Every statement, also inside functions; expressions are many, and are not walked."""
    pending = [tree]
    while pending:
        node = pending.pop()
        yield node
        for block in _BLOCKS:
            pending += getattr(node, block, ())


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
    tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
    for node in _statements(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node


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
