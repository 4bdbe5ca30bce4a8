"""The signed-in driver."""

from datetime import datetime

import strawberry

from roamgrid.graphql.common.nodes import Node, node_id
from roamgrid.identity.drivers import models


@strawberry.type
class Driver(Node):
    """A customer of the brand."""

    email: str
    plan: str | None = strawberry.field(description="Code of the price plan; null: the brand's default plan.")
    created_at: datetime

    @classmethod
    def of(cls, driver: models.Driver) -> "Driver":
        return cls(id=node_id("Driver", driver.id), email=driver.email, plan=driver.plan_code, created_at=driver.created_at)
