"""Pictures and input widgets: setters and signals only, nothing of the application's state."""
