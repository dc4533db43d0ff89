"""Put the lines in order."""
