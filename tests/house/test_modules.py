from __future__ import annotations

import ast

import pytest

from tests.house.sources import SOURCE, own_python, path, refuse, tree

PRECISE = ("diagnostics", "blueprint", "plan")
# Scripts are run, not imported.
SCRIPTS = {"__main__.py"}


@pytest.mark.parametrize("package", PRECISE)
def test_the_core_has_no_any(package: str) -> None:
    files = list(own_python(SOURCE / package))
    assert files
    refuse([f"{path(file)}:{line}" for file in files for line in _lines_with_any(tree(file))])


def test_every_module_says_what_it_exports() -> None:
    files = [file for file in own_python(SOURCE) if file.name not in SCRIPTS]
    silent = [file for file in files if _defines_public_names(tree(file)) and not _has_all(tree(file))]
    refuse([path(file) for file in silent])


def test_every_package_has_an_init_file() -> None:
    folders = {folder for file in own_python(SOURCE) for folder in file.parents if folder.is_relative_to(SOURCE)}
    refuse(sorted(path(folder) for folder in folders if not (folder / "__init__.py").is_file()))


def test_every_module_postpones_its_annotations() -> None:
    files = [file for file in own_python() if any(isinstance(node, ast.FunctionDef) for node in tree(file).body)]
    refuse([path(file) for file in files if not _postpones(tree(file))])


def _lines_with_any(module: ast.Module) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(module)
        if (isinstance(node, ast.Name) and node.id == "Any")
        or (isinstance(node, ast.Attribute) and node.attr == "Any")
        or (isinstance(node, ast.ImportFrom) and any(alias.name == "Any" for alias in node.names))
    ]


def _defines_public_names(module: ast.Module) -> bool:
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    defined = [node.name for node in module.body if isinstance(node, definitions)]
    for node in module.body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        defined += [target.id for target in targets if isinstance(target, ast.Name)]
    reexported = [node for node in module.body if isinstance(node, ast.ImportFrom) and node.module != "__future__"]
    only_imports = bool(reexported) and not defined
    return only_imports or any(not name.startswith("_") for name in defined)


def _has_all(module: ast.Module) -> bool:
    names = [target for node in module.body if isinstance(node, ast.Assign) for target in node.targets]
    names += [node.target for node in module.body if isinstance(node, ast.AnnAssign)]
    return any(isinstance(target, ast.Name) and target.id == "__all__" for target in names)


def _postpones(module: ast.Module) -> bool:
    return any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in module.body)
