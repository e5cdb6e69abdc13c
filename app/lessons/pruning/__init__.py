"""The lesson "Prune and retrain"; ``lesson`` holds its record."""
