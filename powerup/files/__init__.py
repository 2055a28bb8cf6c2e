"""Contracts as files: import and export of CSV (architecture: Import columns; Files)."""
