"""The generated project's own tests."""

from __future__ import annotations

from backwright.targets.fastapi.tests.suite import test_files

__all__ = ["test_files"]
