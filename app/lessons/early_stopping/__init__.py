"""The lesson "Early stopping"; ``lesson`` holds its record."""
