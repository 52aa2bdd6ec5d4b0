"""Tables as HATS catalogues (IVOA Note "HATS" 1.0): their files, made of rows when they are asked for."""
