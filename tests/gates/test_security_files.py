"""What the gate `security` calls a secret, and what it reads in lock files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from backwright.chain.generate import stacks
from backwright.gates.security.comparisons import hasty_comparisons
from backwright.gates.security.files import secrets_in, unlocked
from tests.targets.regenerate import SHOP, rendered

SECRETS = [
    "-----BEGIN PRIVATE KEY-----",
    "-----BEGIN EC PRIVATE KEY-----",
    "aws: AKIAIOSFODNN7EXAMPLE",
    "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
    "postgres://app:Kx9vQ2mZ7tR4@db.example.com/app",
    "TOKEN_SECRET='9fJ2kLq8Zr4Tn7Vb1Xc5Wd3Ge6Hy0Mu'",
    'apiKey: "9fJ2kLq8Zr4Tn7Vb1Xc5Wd3Ge6Hy0Mu"',
]
NONE = [
    "smtps://user:password@host:port",
    "postgresql://app:change-me-now@localhost:5432/app",
    "postgres://app:${PASSWORD}@db.example.com/app",
    "TOKEN_SECRET=",
    'password: "correct horse battery staple"',
    "token_type = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
    'const secret = process.env["TOKEN_SECRET_OF_THE_SERVER"];',
]


@pytest.mark.parametrize("text", SECRETS)
def test_a_secret_is_found(text: str) -> None:
    assert list(secrets_in(text))


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_secret_is_let_be(text: str) -> None:
    assert not list(secrets_in(text))


HASTY = [
    ("a.ts", "if (given !== wantedSignature) return null;"),
    ("a.ts", "return key.digest === shown"),
    ("a.ts", "return hmac.digest('hex') === given.toString('hex');"),
    ("a.py", "if token != stored: raise Refused"),
    ("a.py", "ok = digest(given) == row.key_hash"),
]
CAREFUL = [
    ("a.ts", "if (signature === undefined || token === '{') return null;"),
    ("a.ts", "return shown.length === wanted.length && timingSafeEqual(shown, wanted);"),
    ("a.py", "if password != '' and hmac.compare_digest(digest, wanted): pass"),
    ("a.py", "if token is None or kind == wanted: pass"),
]


@pytest.mark.parametrize(("name", "text"), HASTY)
def test_a_comparison_that_stops_early_is_found(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(hasty_comparisons(tmp_path / name))


@pytest.mark.parametrize(("name", "text"), CAREFUL)
def test_other_comparisons_are_let_be(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert not list(hasty_comparisons(tmp_path / name))


@pytest.mark.parametrize("stack", stacks())
def test_no_stack_compares_secrets_hastily(stack: str, tmp_path: Path) -> None:
    sources = [file for file in rendered(SHOP, stack) if file.path.endswith((".ts", ".py"))]
    found: list[str] = []
    for file in sources:
        path = tmp_path / Path(file.path).name
        path.write_text(file.content, encoding="utf-8")
        found += [] if file.path.startswith("tests/") else hasty_comparisons(path)
    assert len(sources) > 100
    assert found == []


@pytest.mark.parametrize(("stack", "name"), [("express", "package-lock.json"), ("fastapi", "uv.lock")])
def test_the_lock_files_of_the_stacks_hold(stack: str, name: str, tmp_path: Path) -> None:
    [text] = [file.content for file in rendered(SHOP, stack) if file.path == name]
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert list(unlocked(tmp_path / name)) == []


def test_a_package_without_digest_and_one_with_a_script_are_named(tmp_path: Path) -> None:
    path = tmp_path / "package-lock.json"
    packages = {
        "": {"name": "app"},
        "node_modules/a": {"version": "1.0.0"},
        "node_modules/b": {"version": "1.0.0", "integrity": "sha512-x", "hasInstallScript": True},
        "node_modules/c": {"link": True},
    }
    path.write_text(json.dumps({"packages": packages}), encoding="utf-8")
    assert list(unlocked(path)) == [
        "node_modules/a without a digest",
        "node_modules/b runs a script when it is installed",
    ]


def test_packages_from_elsewhere_and_without_digest_are_named(tmp_path: Path) -> None:
    path = tmp_path / "uv.lock"
    path.write_text(
        '[[package]]\nname = "a"\nsource = { registry = "https://pypi.org/simple" }\n'
        'wheels = [{ url = "https://files.example/a.whl" }]\n'
        '[[package]]\nname = "b"\nsource = { git = "https://example.com/b" }\n'
        '[[package]]\nname = "c"\nsource = { virtual = "." }\n',
        encoding="utf-8",
    )
    assert list(unlocked(path)) == ["a without a digest", "b from somewhere else than a registry"]
