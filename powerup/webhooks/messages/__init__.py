"""The types of message, one after another: what each brings, and what is done for it (webhooks page, 3 to 5)."""
