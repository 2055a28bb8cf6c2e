"""What people can do: one module per action, the catalogue that lists them, and the carrying out of one of them."""
