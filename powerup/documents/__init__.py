"""The domain's classes as JSON documents and back, with every flaw named by its place."""
