"""What physics and decrees say, as pure functions: no Django, no database, each with its source beside it."""
