"""What the author said: a located document, typed nodes, nothing resolved."""

from backwright.blueprint.load import load_blueprint, read_text
from backwright.blueprint.nodes import Blueprint

__all__ = ["Blueprint", "load_blueprint", "read_text"]
