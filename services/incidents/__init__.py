"""Alerts of one place and time become one incident."""
