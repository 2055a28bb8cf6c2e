"""The page of every action: its form, what it will do to work orders, and what came of it."""
