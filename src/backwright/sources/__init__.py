"""What a blueprint can be made from."""
