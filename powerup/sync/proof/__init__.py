"""The audit: contracts, ledger and host agree, or each difference says what to do."""
