"""What can stand between a driver and a payment."""

from roamgrid.kernel.errors import Conflict, Unauthenticated, Unavailable


class PaymentDeclined(Conflict):
    """The driver's bank or the provider refused."""

    code = "PAYMENT_DECLINED"
    hint = "Use another payment method, or ask your bank."


class PaymentMethodMissing(Conflict):
    """The driver has not stored a way to pay."""

    code = "PAYMENT_METHOD_MISSING"
    hint = "Add a payment method, then start again."


class PaymentProviderUnavailable(Unavailable):
    """The payment provider does not answer, or not to us."""

    code = "PAYMENT_PROVIDER_UNAVAILABLE"
    hint = "Nothing was charged. Try again in a moment."


class BadWebhookSignature(Unauthenticated):
    """A webhook was not signed by the payment provider, or too long ago."""

    code = "WEBHOOK_SIGNATURE_INVALID"
    hint = "Check that ROAMGRID_PSP_WEBHOOK_SECRET is the signing secret of this webhook endpoint."
