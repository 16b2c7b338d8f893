"""The templates of the pages."""

from __future__ import annotations

import re

from backwright.render.templates import render

__all__ = ["page"]


def page(path: str, view: object) -> str:
    """One file; outside programs in Python never more than one empty line in a row."""
    text = render(__package__, f"{path}.j2", view)
    # Conditions leave empty lines behind; in a program in Python two of them mean something.
    parts = re.split(r"(^```python\n.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    parts[::2] = [re.sub(r"\n{3,}", "\n\n", part) for part in parts[::2]]
    return "".join(parts).strip("\n") + "\n"
