"""Pages for people: what GraphQL answers to one document, as HTML with plots; they work without scripts."""
