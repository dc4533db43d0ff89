"""Draw a flywheel: variables, signed arrows, delays, loops as they close."""
