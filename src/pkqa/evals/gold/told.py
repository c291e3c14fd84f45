"""Values in words, for whoever reads a fault or a failure."""

from __future__ import annotations

from pkqa.evals.gold.record import Value


def in_words(value: Value) -> str:
    """A value as a person names it: 'number 1724', 'name "Lacroix" or "لاكروا"'."""
    if value.value is not None:
        return f"{value.type} {value.value}"
    forms = dict.fromkeys(form for forms in value.values.values() for form in forms)
    return f"{value.type} " + " or ".join(f'"{form}"' for form in forms)
