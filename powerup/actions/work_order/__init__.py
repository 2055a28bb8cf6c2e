"""What people do with one work order at the host: it falls under a contract, or no longer."""
