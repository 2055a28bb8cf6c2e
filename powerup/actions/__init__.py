"""What people can do with a contract: one module per action, and the catalogue that lists them."""
