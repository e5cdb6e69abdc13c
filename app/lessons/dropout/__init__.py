"""The lesson "Dropout and DropConnect"; ``lesson`` holds its record."""
