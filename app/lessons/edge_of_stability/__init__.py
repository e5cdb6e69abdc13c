"""The lesson "The edge of stability"; ``lesson`` holds its record."""
