"""What people can do with a contract: one module per action, one registry."""
