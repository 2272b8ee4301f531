"""The study of SME centres (sentra IKM): demand of parks, supply of districts, ranks with uncertainty."""
