"""A model's opinion of answers: an additional column, believed only where it agrees with people."""
