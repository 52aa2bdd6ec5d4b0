"""GetStar, JMMC's service for single stars: its parameters and its documents."""
