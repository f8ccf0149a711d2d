"""Figures about the work of departments: how soon, how often on time, and what lies unfinished."""
