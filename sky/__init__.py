"""Mathematics of the sky and of time: cells of HEALPix, time scales, nights of an observatory."""
