"""GetStar: one star or several as JMMC's own service gives them."""
