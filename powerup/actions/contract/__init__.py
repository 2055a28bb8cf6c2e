"""What people do with a contract, from creating it to deleting it, one module per action; and with several at once."""
