"""The catalog (the truth) and the snapshot derived from it."""
