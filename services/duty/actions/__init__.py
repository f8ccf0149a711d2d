"""Everything that changes duty; each deed is audited in its own transaction."""
