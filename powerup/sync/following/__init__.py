"""What people did with work orders at the host, seen and told: the ledger, runs, SLA and cards follow it."""
