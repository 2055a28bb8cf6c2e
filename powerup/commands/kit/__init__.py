"""What commands share: the group they stand in, options, surroundings, output, and how processes run and stop."""
