"""One cycle from its first step to its report, and what runs the cycles of all tenants: timer, worker, clock watch."""
