"""Who comes in to look at pages: users and their invitations, passwords and codes, sessions, and who is kept out."""
