"""The generated project's own tests."""

from __future__ import annotations

from backwright.targets.express.tests.suite import test_files, unused_tests

__all__ = ["test_files", "unused_tests"]
