"""Writes docs/blueprint.schema.json."""

from __future__ import annotations

from pathlib import Path

from backwright.blueprint.schema import write_schema

if __name__ == "__main__":
    write_schema(Path(__file__).resolve().parents[2] / "docs" / "blueprint.schema.json")
