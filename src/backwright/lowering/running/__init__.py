"""How a running server can be observed: what it measures and what it logs."""
