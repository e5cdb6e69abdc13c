"""The lesson "Data normalisation"; ``lesson`` holds its record."""
