"""The ways in which the server recognises who asks."""
