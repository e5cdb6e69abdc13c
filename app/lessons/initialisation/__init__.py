"""The lesson "Initialisation"; ``lesson`` holds its record."""
