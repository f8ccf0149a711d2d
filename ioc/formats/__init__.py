"""What Django's own locales lack."""
