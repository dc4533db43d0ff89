"""A question with an explanation for every answer."""
