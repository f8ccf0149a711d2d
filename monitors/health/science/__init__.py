"""What the law and epidemiology say about counts of cases: pure functions, no table, no clock."""
