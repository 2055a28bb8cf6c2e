"""The way in for people whom a host sends, in a frame of its pages."""
