"""Takes out of the runtime's modules the top-level definitions that one project has no use for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import lru_cache

__all__ = ["pruned"]

# Its definitions have a test file each.
_FIELDS = "database/models/fields.py"
_SINGLE = "tests/unit/fields/test_"


def pruned(runtime: Mapping[str, str], written: Mapping[str, str]) -> dict[str, str]:
    """The runtime's modules as the `written` ones, the tests and each other need them; other files stay as they are.

    The test of a single definition goes with it, and so does a module of which nothing is left.
    """
    untested = {path: text for path, text in runtime.items() if not path.startswith(_SINGLE)}
    defined = _names(_pruned(untested, written)[_FIELDS])
    tests = {path: text for path, text in runtime.items() if path.startswith(_SINGLE) and _subject(path) in defined}
    return _pruned({**untested, **tests}, written)


def _pruned(runtime: Mapping[str, str], written: Mapping[str, str]) -> dict[str, str]:
    modules = {path: text for path, text in runtime.items() if path.endswith(".py") and not _is_test(path)}
    tests = {path: text for path, text in runtime.items() if _is_test(path)}
    imported = _imported({**tests, **written})
    while True:
        used = imported | _imported(modules)
        after = {path: _module(path, text, used) for path, text in modules.items()}
        if after == modules:
            gone = {path for path, text in modules.items() if _names(runtime[path]) and not _names(text)}
            return {path: text for path, text in {**runtime, **modules}.items() if path not in gone}
        modules = after


def _is_test(path: str) -> bool:
    return path.startswith("tests/") and not path.startswith("tests/support/")


def _subject(path: str) -> str:
    return path.removeprefix(_SINGLE).removesuffix(".py")


def _names(text: str) -> set[str]:
    return {name.lower() for node in ast.parse(text).body for name in _defined(node)}


def _imported(files: Mapping[str, str]) -> set[tuple[str, str]]:
    """Module and name of everything that is imported and mentioned, also as an attribute of an imported module."""
    return {each for text in files.values() for each in _imported_by(text)}


@lru_cache(maxsize=4096)
def _imported_by(text: str) -> frozenset[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    nodes = _nodes(ast.parse(text))
    mentioned = {node.id for node in nodes if isinstance(node, ast.Name)}
    modules: dict[str, str] = {}
    for node in nodes:
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {(node.module, name.name) for name in node.names if (name.asname or name.name) in mentioned}
            modules |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    for node in nodes:
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            found.add((modules[node.value.id], node.attr))
    return frozenset(found)


def _nodes(root: ast.AST) -> list[ast.AST]:
    """The node and everything below it; `ast.walk` takes three times as long."""
    found = [root]
    for node in found:
        for value in node.__dict__.values():
            if isinstance(value, ast.AST):
                found.append(value)
            elif isinstance(value, list):
                found += [each for each in value if isinstance(each, ast.AST)]
    return found


def _module(path: str, text: str, used: set[tuple[str, str]]) -> str:
    tree = ast.parse(text)
    name = path.removesuffix(".py").replace("/", ".")
    definitions = {each: names for each in tree.body if (names := set(_defined(each)))}
    wanted = {n for module, n in used if module == name}
    alive = [each for each in tree.body if each not in definitions or definitions[each] & wanted]
    while True:
        mentioned = {n.id for each in alive for n in _nodes(each) if isinstance(n, ast.Name)}
        reached = [each for each, names in definitions.items() if each not in alive and names & mentioned]
        if not reached:
            break
        alive += reached
    return _without(text, tree.body, [each for each in tree.body if each not in alive])


def _defined(node: ast.stmt) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            if not any(_registers(each) for each in node.decorator_list):
                yield name
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            if name != "router":
                yield name
        case _:
            pass


def _registers(decorator: ast.expr) -> bool:
    """Whether being decorated is the use: `@router.get(…)`."""
    return isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)


def _without(text: str, body: list[ast.stmt], dropped: list[ast.stmt]) -> str:
    """The text without some statements and the comments right above them."""
    lines = text.splitlines(keepends=True)
    for node in reversed([each for each in body if each in dropped]):
        decorators = getattr(node, "decorator_list", [])
        start = min([node.lineno, *(each.lineno for each in decorators)]) - 1
        while start > 0 and lines[start - 1].startswith("#"):
            start -= 1
        del lines[start : node.end_lineno]
    return "".join(lines)
