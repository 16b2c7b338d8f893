"""Templates of this target."""

from __future__ import annotations

from functools import partial

from backwright.render.templates import render as render_template

__all__ = ["render"]

render = partial(render_template, __package__)
