"""What the rules of public safety find, a file for each kind of record."""
