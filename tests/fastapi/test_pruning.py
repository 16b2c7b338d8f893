"""What a project does not need of the runtime, it does not get."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from backwright.targets.fastapi.pruning import pruned
from tests.targets.regenerate import ROOT, rendered

FIELDS = "database/models/fields.py"
RUNTIME = {
    FIELDS: "LIMIT = 3\ndef _inner():\n    return LIMIT\ndef date():\n    return _inner()\ndef phone():\n    pass\n",
    "api/spare.py": "from database.models.fields import phone\n\n\ndef spare():\n    return phone()\n",
    "api/routes.py": "@router.get('/')\nasync def show():\n    pass\n",
    "tests/unit/fields/test_date.py": "from database.models.fields import date\n",
    "tests/unit/fields/test_phone.py": "from database.models.fields import phone\n\nphone()\n",
    "tests/support/spare.py": "def spare():\n    pass\n",
    "README.md": "def nothing",
}


def test_what_nobody_mentions_goes_with_its_test_and_its_module() -> None:
    written = {"api/things.py": "from database.models.fields import date, phone\n\nValue = date()\n"}
    kept = pruned(RUNTIME, written)
    assert set(kept) == {FIELDS, "api/routes.py", "tests/unit/fields/test_date.py", "README.md"}
    assert "def date" in kept[FIELDS]
    assert "LIMIT" in kept[FIELDS]
    assert "phone" not in kept[FIELDS]
    assert kept["api/routes.py"] == RUNTIME["api/routes.py"]


def test_an_attribute_of_a_module_is_mentioned_too() -> None:
    written = {"api/things.py": "from database.models import fields\n\nfields.phone()\n"}
    assert "def phone" in pruned(RUNTIME, written)[FIELDS]


@pytest.mark.parametrize("path", sorted(ROOT.glob("tests/cases/*/blueprint.yaml")), ids=lambda path: path.parent.name)
def test_every_import_of_a_project_is_there(path: Path) -> None:
    files = {file.path: file.content for file in rendered(path, "fastapi")}
    modules = {name: ast.parse(content) for name, content in files.items() if name.endswith(".py")}
    for name, tree in modules.items():
        for node in ast.walk(tree):
            target = f"{node.module.replace('.', '/')}.py" if isinstance(node, ast.ImportFrom) and node.module else ""
            if isinstance(node, ast.ImportFrom) and target in modules:
                offered = {each.name for each in modules[target].body if hasattr(each, "name")}
                offered |= {each.id for each in ast.walk(modules[target]) if isinstance(each, ast.Name)}
                assert {each.name for each in node.names} <= offered, f"{name} imports from {target}"
