"""The lesson "Adaptive methods"; ``lesson`` holds its record."""
