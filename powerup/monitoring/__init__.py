"""What an operator's machines see of this server: health and metrics (operations page)."""
