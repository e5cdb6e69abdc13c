"""The lesson "Ensembles"; ``lesson`` holds its record."""
