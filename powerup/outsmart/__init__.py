"""The host's API 8: one client, records in and out, codes as typed errors."""
