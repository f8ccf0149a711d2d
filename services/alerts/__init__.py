"""Findings become alerts: deduplicated by constraint, with a lifecycle people can trust."""
