"""Fields that are written only where there is something to say: absent, never null (FACTS: write absent)."""

from roamgrid.ocpi.speech import Document


def present(**fields: object) -> Document:
    """The fields that are neither None nor an empty list."""
    return {name: value for name, value in fields.items() if value is not None and value != []}
