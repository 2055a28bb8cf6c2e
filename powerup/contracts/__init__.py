"""Contract rules, pure: no clock, no I/O, no settings."""
