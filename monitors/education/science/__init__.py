"""What is usual in schools, as pure functions: no table, no clock."""
