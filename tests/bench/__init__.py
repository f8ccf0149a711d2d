"""Measurements: each names the peer or limit it was measured against in the same run, and the ratio."""
