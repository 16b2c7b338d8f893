"""Backwright compiles a blueprint of a backend into code that its owner keeps, and proves it by running it."""
