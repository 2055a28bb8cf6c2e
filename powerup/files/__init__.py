"""Contracts as files: import and export of CSV and XLSX (architecture: Import columns; Files); visits as iCalendar."""
