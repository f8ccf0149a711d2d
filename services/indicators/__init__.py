"""Indicators: what they mean, what was planned, what was delivered and when, rolled up over time and area."""
