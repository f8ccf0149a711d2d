"""What ``manage.py startmonitor`` makes a monitor from: templates beside it, and the code that fills them in."""
