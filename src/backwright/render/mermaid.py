"""What means something to Mermaid, and how text that means nothing stands beside it (mermaid.js.org, 11)."""

from __future__ import annotations

__all__ = ["WORDS", "drawn", "node"]

WORDS = frozenset(
    "as choice class classDef click default description direction empty end fork hide href join left link note of right"
    " scale state style title".split()
)
"""No state may be called so."""
_MEANT = frozenset('"#;<>&`')


def drawn(text: str) -> str:
    """Between quotes, or as a message: a character that means something is written by its number."""
    return "".join(f"#{ord(each)};" if each in _MEANT else each for each in text)


def node(name: str) -> str:
    """What a state is called inside a diagram; it is shown by its name."""
    return f"_{name}" if name in WORDS else name
