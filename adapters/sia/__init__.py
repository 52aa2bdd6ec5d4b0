"""Simple Image Access 2.0, which finds any data product: parameters in, a plan over ObsCore out."""
