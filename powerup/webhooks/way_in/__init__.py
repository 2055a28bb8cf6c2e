"""How a delivery comes in: its checks in their order, then its handling in one transaction (webhooks page, 2)."""
