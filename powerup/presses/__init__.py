"""What happens to a press, whichever entrance it comes by: done once, deferred where its host is slow, answered."""
