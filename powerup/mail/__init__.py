"""Mail to people who look at no page: what their day has, once a day (architecture: Mail)."""
