"""What more than one widget uses."""
