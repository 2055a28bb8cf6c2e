"""The root of every error this product raises on purpose.

Each room has its own small tree below this root. An error says what was expected, what came, and what to do;
its text is for people and never holds a token.
"""


class PowerupError(Exception):
    """Something a person, the host or an operator has to know about."""
