"""What goes out to hosts: callbacks of the outbox (webhooks page, section 6)."""
