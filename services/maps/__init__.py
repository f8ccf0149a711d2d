"""The map: layers of every monitor as vector tiles, and what stands at a place. Reads, writes nothing."""
