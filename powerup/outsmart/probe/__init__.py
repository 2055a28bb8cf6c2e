"""Asking a host what its documentation leaves open (host page 7)."""
