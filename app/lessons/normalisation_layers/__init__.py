"""The lesson "Normalisation layers"; ``lesson`` holds its record."""
