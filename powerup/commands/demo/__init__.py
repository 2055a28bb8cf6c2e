"""The demo: an example firm with a stand-in host, the power-up and its timer on one machine."""
