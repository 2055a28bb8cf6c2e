"""Ids of rows that nobody names: random, and sorted by when they were made where they stand beside a moment."""

from secrets import token_urlsafe


def new_id(prefix: str) -> str:
    """An id such as run_8Zt…; 96 random bits, so that nobody guesses one and two never meet."""
    return f"{prefix}_{token_urlsafe(12)}"
