"""The lesson "The recipe"; ``lesson`` holds its record."""
