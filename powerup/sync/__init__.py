"""One cycle for one tenant: the only room that creates or withholds work orders."""
