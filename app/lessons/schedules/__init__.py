"""The lesson "Learning-rate schedules"; ``lesson`` holds its record."""
