"""The state of a page: its address, what its widgets show, and what it waits for."""
