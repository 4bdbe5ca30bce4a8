"""What we do as an operator: push our network to service providers and hubs, ask them about tokens, pull their tokens."""
