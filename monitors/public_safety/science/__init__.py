"""Pure rules of the domain: pictures, comparisons, usual traffic, black spots. No table, no clock."""
