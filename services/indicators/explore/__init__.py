"""The page Explore: any indicators, over time and area, as table, chart, map and files. An address is a whole view."""
