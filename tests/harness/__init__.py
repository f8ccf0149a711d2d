"""What tests stand on: a cluster and Redis of their own, prepared databases, real processes, a real browser."""
