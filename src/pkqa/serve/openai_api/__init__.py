"""The interface of OpenAI's form: ``router(service)`` holds every route of it."""

from pkqa.serve.openai_api.routes import router

__all__ = ["router"]
