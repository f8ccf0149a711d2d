"""What becomes records of public safety, a file for each kind of record."""
