"""Who did what, when: append-only, hash-chained after commit."""
