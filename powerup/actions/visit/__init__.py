"""What people do with one visit: skip it, move it, order it now, try it again; one module per action."""
