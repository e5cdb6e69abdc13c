"""Landscapes of real networks: which network, which plane through its weights, and what is drawn and said of it."""
