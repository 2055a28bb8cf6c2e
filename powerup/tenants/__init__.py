"""What belongs to a tenant rather than to a contract: settings, marks, codes that changed, stopping, a new account; how
its day is, and the words to its host."""
