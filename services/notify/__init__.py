"""Messages to people: written to an outbox with the deed they tell of, sent afterwards, never lost, never doubled."""
