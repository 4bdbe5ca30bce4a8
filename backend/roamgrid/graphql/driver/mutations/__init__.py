"""What a driver can do: one file a topic, one input a mutation, errors in the result."""

import strawberry

from roamgrid.graphql.driver.mutations.charging import ChargingMutations
from roamgrid.graphql.driver.mutations.signing_in import SigningInMutations


@strawberry.type
class Mutation(SigningInMutations, ChargingMutations):
    """Every result is a union: the payload, or an error with code, message and hint."""
