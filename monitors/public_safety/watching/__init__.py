"""Reading one picture of a camera, in a process of its own that can be killed."""
