"""What belongs to a tenant rather than to a contract: settings, marks, codes that changed, stopping, a new account."""
