"""Who asks: credentials, how they are verified, and whose they are."""
