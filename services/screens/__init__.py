"""Unattended screens: a television signs in by a code that a person confirms, and shows boards in turn."""
