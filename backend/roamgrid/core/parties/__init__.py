"""The companies behind a source."""
