"""Workbooks: a template to fill in, a reader that trusts nothing, and a copy that says what is wrong and where."""
