from __future__ import annotations

from pathlib import Path

from tests.house.sources import ROOT, FunctionNode, functions, own_files, own_python, path, refuse, text

LINES_PER_FILE = 600
LINES_PER_FUNCTION = 60
PARAMETERS = 6
LINES_PER_README = 15
CODE = {".py", ".ts", ".js", ".sql", ".sh", ".j2", ".jinja"}
VAGUE = {"utils", "util", "helpers", "helper", "manager", "managers", "misc", "common"}


def test_files_stay_small() -> None:
    sizes = {file: text(file).count("\n") for file in own_files() if file.suffix in CODE}
    refuse([f"{path(file)}: {size} lines" for file, size in sizes.items() if size > LINES_PER_FILE])


def test_functions_stay_small() -> None:
    found = [(file, node) for file in own_python() for node in functions(file)]
    assert len(found) > 20
    long = [(file, node, _lines(node)) for file, node in found if _lines(node) > LINES_PER_FUNCTION]
    refuse([f"{path(file)}:{node.lineno} {node.name}: {lines} lines" for file, node, lines in long])


def test_functions_take_few_parameters() -> None:
    found = [(file, node, _parameters(node)) for file in own_python() for node in functions(file)]
    many = [(file, node, count) for file, node, count in found if count > PARAMETERS]
    refuse([f"{path(file)}:{node.lineno} {node.name}: {count} parameters" for file, node, count in many])


def test_names_of_files_say_what_is_in_them() -> None:
    refuse([path(file) for file in own_files() if VAGUE & {file.stem, *file.relative_to(ROOT).parts[:-1]}])


def test_a_folder_readme_is_one_screen() -> None:
    readmes = [file for file in own_files() if file.name == "README.md" and _is_top_folder(file.parent)]
    long = [(file, text(file).count("\n")) for file in readmes]
    refuse([f"{path(file)}: {lines} lines" for file, lines in long if lines > LINES_PER_README])


def _lines(node: FunctionNode) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _parameters(node: FunctionNode) -> int:
    taken = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
    return len([argument for argument in taken if argument and argument.arg not in ("self", "cls")])


def _is_top_folder(folder: Path) -> bool:
    parts = folder.relative_to(ROOT).parts
    return len(parts) == 1 or (parts[:2] == ("src", "backwright") and len(parts) == 3)
