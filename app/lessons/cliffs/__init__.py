"""The lesson "Cliffs and clipping"; ``lesson`` holds its record."""
