"""What goes on beside the answering of messages, and what is forgotten in time."""
