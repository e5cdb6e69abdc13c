"""Training: the state of a run, one step, the compiled loop, and what the caller holds."""
