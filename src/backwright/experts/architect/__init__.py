"""The backend architect: what belongs together, what has a life of its own, what happens once."""
