"""What a lesson has to be: its record, and what is checked of it."""
