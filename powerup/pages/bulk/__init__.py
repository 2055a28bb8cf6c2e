"""The pages of many presses as one: what is entered for all, what all of it will do, and how far it is."""
