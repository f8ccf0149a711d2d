"""Filters of the tickets' templates."""
