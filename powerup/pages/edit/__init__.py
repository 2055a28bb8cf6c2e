"""New and edit: the form of a contract, with its twelve months beside it while it is filled in."""
