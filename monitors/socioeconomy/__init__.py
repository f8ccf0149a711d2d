"""Whether the year's plan will be met: the province's indicators by month, and what becomes of its capital."""
