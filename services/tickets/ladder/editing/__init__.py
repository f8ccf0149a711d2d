"""The page on which people write a policy's next version: what is typed, what is wrong with it, what it would do."""
