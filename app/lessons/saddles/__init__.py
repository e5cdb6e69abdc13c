"""The lesson "Saddles, plateaus and basins"; ``lesson`` holds its record."""
