"""The catalogue API of the JMMC (catalogs `modules/app.xql`): catalogues by name, their rows, who may write."""
