"""Watching cameras: a picture is read in a process of its own that can be killed; ``api.py``: who may see what."""
