"""Rivers, rain and air: what stations measure, how good each value is, and when people must know."""
