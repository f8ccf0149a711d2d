"""The few primitives everything else relies on: realm, clock, lease, claims, ids, texts, records, problems."""
