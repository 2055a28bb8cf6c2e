"""The people of a tenant who sign in here."""
