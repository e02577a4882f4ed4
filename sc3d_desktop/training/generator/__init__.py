"""Training DiffCSP-SC: its data, and a loop that goes on where it stopped."""
