"""The database specialist: what may be stored, how it is found, what goes with what."""
