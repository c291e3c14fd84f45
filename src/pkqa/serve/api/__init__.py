"""The REST interface: ``router(service)`` holds every route of it."""

from pkqa.serve.api.routes import router

__all__ = ["router"]
