"""The ways in over HTTP: the chat page."""
