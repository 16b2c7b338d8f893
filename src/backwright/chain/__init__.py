"""The chain of phases, and the tools it runs them with."""
