"""The lesson "Loss functions"; ``lesson`` holds its record."""
