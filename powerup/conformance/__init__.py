"""Trying a half of the webhook contract from outside, as a stranger would: a power-up by playing its host, a host by
playing its power-up. It knows the border alone: signatures, messages, the manifest, API 8."""
