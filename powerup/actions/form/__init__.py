"""The form of a contract: what a person enters, what it makes, what is checked of it, and how a host draws it."""
