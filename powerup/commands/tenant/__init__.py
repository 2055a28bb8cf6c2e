"""`powerup tenant`: the accounts of the host that this server works for, their tokens, care and data."""
