"""The lesson "Augmentation"; ``lesson`` holds its record."""
