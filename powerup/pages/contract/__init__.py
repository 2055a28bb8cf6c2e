"""The page of one contract, with the picture of its year."""
