"""What waits for a leader: tickets that reached their level, results to approve, directives, one message a morning."""
