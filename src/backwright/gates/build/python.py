"""Python, by its syntax tree."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Collection, Iterator

from backwright.gates.build.modules import Import, Offer, Reading

__all__ = ["read_python"]


def read_python(path: str, text: str, paths: Collection[str]) -> Reading:
    """One file among those of the project; one that is no Python offers nothing, and the checks of the project say so."""
    try:
        tree = ast.parse(text)
    except SyntaxError:
        return Reading((), ())
    imports = tuple(
        each
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for each in _imports(path, node, paths)
    )
    words = frozenset(
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    return Reading(tuple(_offers(tree)), imports, words)


def _offers(tree: ast.Module) -> Iterator[Offer]:
    """Public names of the module; those that it uses itself, or hands to a decorator, are needed."""
    uses = Counter(node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load))
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                names, needed = [node.name], bool(node.decorator_list) and not isinstance(node, ast.ClassDef)
            case ast.Assign(targets=targets):
                names, needed = [each.id for each in targets if isinstance(each, ast.Name)], False
            case ast.AnnAssign(target=ast.Name(id=name)):
                names, needed = [name], False
            case _:
                continue
        yield from (Offer(name, needed or uses[name] > 0) for name in names if not name.startswith("_"))


def _imports(path: str, node: ast.Import | ast.ImportFrom, paths: Collection[str]) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield _resolved(alias.name, None, paths)
        return
    folder = path.split("/")[: -node.level] if node.level else []
    module = ".".join([*folder, *([node.module] if node.module else [])])
    for alias in node.names:
        inner = _file(f"{module}.{alias.name}", paths)
        if inner:
            yield Import(None, path=inner)
        else:
            yield _resolved(module, None if alias.name == "*" else (alias.name,), paths)


def _resolved(module: str, names: tuple[str, ...] | None, paths: Collection[str]) -> Import:
    found = _file(module, paths)
    first = module.split(".")[0]
    if found or first in sys.stdlib_module_names or any(path.startswith(f"{first}/") for path in paths):
        return Import(names, path=found)
    return Import(names, package=first)


def _file(module: str, paths: Collection[str]) -> str:
    base = module.replace(".", "/")
    return next((each for each in (f"{base}.py", f"{base}/__init__.py") if each in paths), "")
