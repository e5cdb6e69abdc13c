"""What the regularisation lessons are made of: a module for each experiment, with its settings, words and programs."""
