"""What a person changes of themselves."""
