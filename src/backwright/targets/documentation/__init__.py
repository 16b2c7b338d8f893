"""What people read: README, the documentation folder, examples of the environment."""
