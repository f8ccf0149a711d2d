"""Schools: who is present, where too many are missing, and where too many sit in one class."""
