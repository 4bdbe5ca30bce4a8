"""What can be wrong with a plan."""

from roamgrid.kernel.errors import Invalid, NotFound


class UnknownPlan(NotFound):
    """No plan, or no version of one, is known by that name."""

    code = "PLAN_UNKNOWN"
    hint = "Declare the plan under tenants/<slug>/plans and apply the tenant."


class InvalidPlan(Invalid):
    """A declared plan contradicts itself."""

    code = "PLAN_INVALID"
    hint = "fixed_per_kwh needs per_kwh and takes no fees; pass_through takes fees and no per_kwh."
