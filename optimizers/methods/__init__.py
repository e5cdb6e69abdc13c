"""One file per method: the idea and its citation, the state, `make`, and the record `OPTIMIZER`."""
