"""Shapes: what expressions see."""

from backwright.plan.shapes import shapes

__all__ = ["shapes"]
