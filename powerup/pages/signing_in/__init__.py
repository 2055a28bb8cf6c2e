"""Signing in and out, joining by an invitation, and going on where a session ended in the middle."""
