"""The lecture's recipe: every trick with and without, over several seeds, and questions that a run answers."""
