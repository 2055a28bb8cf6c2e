"""The list of contracts: found, filtered, sorted, printed, taken along as a file, and acted upon together."""
