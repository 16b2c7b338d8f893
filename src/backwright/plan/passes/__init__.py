"""The passes that resolve a blueprint, each in a file of its own name."""

__all__: list[str] = []
