"""The page on which files are imported: what was understood, what it does, how far it is, and its undoing."""
