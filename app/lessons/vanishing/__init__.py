"""The lesson "Vanishing and exploding gradients"; ``lesson`` holds its record."""
