"""Rules of the budget year as pure functions: no database, no clock."""
