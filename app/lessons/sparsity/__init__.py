"""The lesson "L1, L2 and sparsity"; ``lesson`` holds its record."""
