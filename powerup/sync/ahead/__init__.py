"""Looking ahead: planned work is worked out beside the cycles, for people who plan."""
