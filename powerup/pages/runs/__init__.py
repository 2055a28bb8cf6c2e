"""The page of a run: how far something is that goes on in the background, and what came of it."""
