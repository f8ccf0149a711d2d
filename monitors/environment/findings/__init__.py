"""Parts of ``rules.py`` that are long enough for a file of their own; as pure as it is."""
