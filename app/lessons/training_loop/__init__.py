"""The lesson "The training loop"; ``lesson`` holds its record."""
