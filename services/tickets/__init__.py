"""Tickets: somebody's duty to act, with a deadline, and a ladder of people who hear of it when nobody does."""
