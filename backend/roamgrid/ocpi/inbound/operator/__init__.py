"""What we serve as an operator: our network for service providers and hubs to fetch, their tokens, their commands."""
