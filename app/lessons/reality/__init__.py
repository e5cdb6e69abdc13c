"""The lesson "Loss in expectation and in reality"; ``lesson`` holds its record."""
