"""What nobody uses is found by import statements, where the run contract says that a project's files are."""

from __future__ import annotations

from pathlib import Path

import pytest

from backwright.gates.build.sources import sources
from backwright.gates.build.usage import check_usage
from backwright.gates.findings import Findings

PYTHON: dict[str, object] = {
    "packages": {"locks": ["pyproject.toml", "uv.lock"], "folder": ".venv"},
    "derived": [".venv", "made"],
    "start": ["python", "-m", "api.main"],
    "migrate": ["python", "-m", "database.migrate", "up"],
}
FILES = {
    "pyproject.toml": (
        '[project]\nname = "app"\ndependencies = ["fast-web==1.0", "driver[binary]>=3", "Odd-Name==2", "loop==1"]\n'
    ),
    "api/main.py": "import fast_web\nfrom api import routes\nfrom services.sums import add\n\n"
    "fast_web.run(add, routes.TABLE, loop='loop')\n",
    "api/__init__.py": "",
    "api/routes.py": "import odd\n\nTABLE = odd\nOTHER = 1\n",
    "services/sums.py": "from .texts import shown\n\n\ndef add() -> int:\n    return shown(_limit)\n\n\n_limit = 3\n",
    "services/texts.py": "import driver\n\n\ndef shown(value: int) -> int:\n    return driver.text(value)\n",
    "database/migrate.py": "print('up')\n",
    "tests/test_sums.py": "from services.sums import add\n\nassert add\n",
    "made/left.py": "nobody = 1\n",
    ".venv/lib/python3.11/site-packages/odd_name-2.dist-info/RECORD": "odd/__init__.py,,\nodd_name-2.dist-info/WHEEL,,",
}


def unused(folder: Path, files: dict[str, str], contract: dict[str, object]) -> str:
    """What the check says of these files."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    findings = Findings("build", "files")
    check_usage(folder, contract, sources(folder, contract), findings)
    findings.done()
    return "\n".join(failure.message for failure in findings.result().failures)


def test_passes_what_is_used(tmp_path: Path) -> None:
    assert unused(tmp_path, FILES, PYTHON) == ""


@pytest.mark.parametrize(
    ("path", "text", "words"),
    [
        ("services/orphan.py", "x = 1\n", "services/orphan.py is imported by nobody and started by nobody"),
        ("services/texts.py", f"{FILES['services/texts.py']}\nspare = 1\n", "services/texts.py offers 'spare'"),
        (
            "services/texts.py",
            f"{FILES['services/texts.py']}\n\nclass Spare: ...\n",
            "services/texts.py offers 'Spare'",
        ),
        ("api/routes.py", "TABLE = 1\n", "pyproject.toml depends on 'Odd-Name', which no file imports"),
        ("services/texts.py", "def shown(value: int) -> int: ...\n", "pyproject.toml depends on 'driver'"),
    ],
)
def test_catches_in_python(path: str, text: str, words: str, tmp_path: Path) -> None:
    assert words in unused(tmp_path, {**FILES, path: text}, PYTHON)


def test_a_name_that_its_own_file_uses_or_decorates_is_needed(tmp_path: Path) -> None:
    text = f"{FILES['services/texts.py']}\nword = 1\nprint(word)\n\n\n@driver.on\ndef hook() -> None: ...\n"
    assert unused(tmp_path, {**FILES, "services/texts.py": text}, PYTHON) == ""


def test_built_files_are_known_by_the_contract(tmp_path: Path) -> None:
    contract: dict[str, object] = {
        "packages": {"locks": ["package.json"], "folder": "node_modules"},
        "derived": ["node_modules", "out"],
        "start": ["node", "out/api/main.js"],
    }
    files = {
        "package.json": '{"dependencies": {"web": "1.0.0", "spare": "1.0.0"}}',
        "api/main.ts": "import web from 'web';\nimport { add } from '../services/sums.js';\nweb(add);\n",
        "services/sums.ts": "export const add = 1;\nexport const other = 2;\n",
        "out/api/main.js": "TODO",
        "node_modules/web/index.ts": "export const nothing = 1;\n",
    }
    said = unused(tmp_path, files, contract).splitlines()
    assert said == [
        "services/sums.ts offers 'other', which no other file imports",
        "package.json depends on 'spare', which no file imports",
    ]
