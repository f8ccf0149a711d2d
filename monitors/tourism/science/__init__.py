"""Pure rules of this domain: no database, no clock."""
