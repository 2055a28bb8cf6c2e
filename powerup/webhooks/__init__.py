"""The webhook contract: signature, messages, inbox, lifecycle, callbacks."""
