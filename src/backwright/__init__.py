"""Backwright compiles a blueprint of a backend into code that its owner keeps, and proves it by running it."""

__all__ = ["__version__"]

__version__ = "0.1.0"
