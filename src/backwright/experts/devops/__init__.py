"""The DevOps architect: what is promised, what was proven, what happens at night."""
