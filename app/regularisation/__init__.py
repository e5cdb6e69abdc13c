"""What the regularisation lessons are made of, one module for each experiment."""
