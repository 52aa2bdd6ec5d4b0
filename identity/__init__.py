"""Which star it is: every target of every database found among the stars of JSDC, by place, epoch and name."""
