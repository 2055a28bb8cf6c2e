"""What the tenant has configured, and its keys and messages, for people who look after it."""
