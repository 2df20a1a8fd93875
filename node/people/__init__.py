"""Who is inside: one-time codes and sessions."""
