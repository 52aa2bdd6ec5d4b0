"""What a VOTable that is to be published says of its table: names, columns, position, quantities."""
