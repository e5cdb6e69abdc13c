"""The lesson "Momentum and Nesterov"; ``lesson`` holds its record."""
