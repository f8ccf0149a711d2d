"""The queue of a department: its order, views of it, work on many tickets at once, and what leaves it as a file."""
