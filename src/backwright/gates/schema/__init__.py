"""Migrations run up, down and up again; the database keeps what the plan promises."""

from __future__ import annotations

from backwright.gates.schema.gate import GATE

__all__ = ["GATE"]
