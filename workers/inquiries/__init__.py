"""What people ask Inkling about what is known, answered from tickets and documents; other rooms post and search."""
