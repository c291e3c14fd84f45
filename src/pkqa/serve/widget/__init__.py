"""The chat for pages of other sites: a script that defines an element, and a page to frame."""

from pkqa.serve.widget.routes import router

__all__ = ["router"]
