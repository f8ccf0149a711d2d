"""The list of incidents: alerts of one place and time, with what is done about them."""
