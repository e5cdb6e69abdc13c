"""The lesson "Batch, stochastic, mini-batch"; ``lesson`` holds its record."""
