"""What the steps of a cycle share: its context, its lease, what is known of the host, the writing of what came."""
