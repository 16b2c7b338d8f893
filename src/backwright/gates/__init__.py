"""Gates run the generated project and try to break it; each knows the plan and the run contract only."""
