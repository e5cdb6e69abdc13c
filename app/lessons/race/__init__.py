"""The lesson "The race"; ``lesson`` holds its record."""
