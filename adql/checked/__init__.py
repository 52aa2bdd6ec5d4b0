"""What a query means: names looked up, types and units checked."""
