"""The simulator: one seeded world whose causes cross monitors, sent through the same door as any source."""
