"""What a blueprint means, fully resolved."""

__all__: list[str] = []
