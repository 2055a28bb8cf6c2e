"""A stand-in for the host: API 8 and its half of the webhook contract. Shares no code with the rest."""
