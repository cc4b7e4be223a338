"""What every request meets before its route, and every answer after it."""
