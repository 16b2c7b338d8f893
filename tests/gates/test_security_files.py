"""What the gate `security` calls a secret, and what it reads in lock files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

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
