"""`verification.json` in forms that people, build servers and code scanners read."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from backwright.chain.evidence.html import html
from backwright.chain.evidence.junit import junit
from backwright.chain.evidence.sarif import sarif

__all__ = ["FORMS"]

FORMS: Mapping[str, Callable[[Mapping[str, object]], str]] = {
    "verification.html": html,
    "verification.junit.xml": junit,
    "verification.sarif": sarif,
}
