"""The webhook contract: what hosts send and are sent."""
