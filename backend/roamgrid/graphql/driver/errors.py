"""The errors that driver mutations name in their results, and the exceptions that become them."""

import strawberry

from roamgrid.core.commands.errors import CommandRejected, PartnerUnavailable
from roamgrid.graphql.common.errors import Error, as_data
from roamgrid.identity.drivers.errors import InvalidCode, InvalidEmail, MailUnavailable, TooManyCodes
from roamgrid.kernel.errors import Unauthenticated, Unavailable
from roamgrid.products.driver_app.charges.errors import ChargeNotFound, ConnectorGone, NotCharging
from roamgrid.products.driver_app.offers.errors import OfferExpired, OfferNotFound, OfferNotLawful, PriceNotKnown
from roamgrid.settlement.payments.errors import PaymentDeclined, PaymentMethodMissing


@strawberry.type(description="No valid access token came with the request.")
class UnauthenticatedError(Error): ...


@strawberry.type(description="The text is no e-mail address.")
class InvalidEmailError(Error): ...


@strawberry.type(description="The code is wrong, used, expired, or was tried too often.")
class InvalidCodeError(Error): ...


@strawberry.type(description="Too many codes were requested for this address.")
class RateLimitedError(Error): ...


@strawberry.type(description="This deployment cannot send e-mail.")
class MailUnavailableError(Error): ...


@strawberry.type(description="No such offer was made to this driver.")
class OfferNotFoundError(Error): ...


@strawberry.type(description="The offer's validity ended; ask for a new one.")
class OfferExpiredError(Error): ...


@strawberry.type(description="The price of the connector is unknown.")
class PriceUnknownError(Error): ...


@strawberry.type(description="The price breaks a rule of the station's jurisdiction.")
class OfferNotLawfulError(Error): ...


@strawberry.type(description="The operator removed the connector.")
class ConnectorGoneError(Error): ...


@strawberry.type(description="The payment provider declined to reserve the money.")
class PaymentDeclinedError(Error): ...


@strawberry.type(description="The driver has not stored a way to pay.")
class PaymentMethodMissingError(Error): ...


@strawberry.type(description="The operator's platform does not answer.")
class PartnerUnavailableError(Error): ...


@strawberry.type(description="A service that this needs, such as the payment provider, does not answer.")
class ServiceUnavailableError(Error): ...


@strawberry.type(description="The operator or the station refused.")
class CommandRejectedError(Error): ...


@strawberry.type(description="The driver has no such session.")
class SessionNotFoundError(Error): ...


@strawberry.type(description="Nothing runs that could be stopped.")
class NotChargingError(Error): ...


HANDLERS = as_data(
    [
        (Unauthenticated, UnauthenticatedError),
        (InvalidEmail, InvalidEmailError),
        (InvalidCode, InvalidCodeError),
        (TooManyCodes, RateLimitedError),
        (MailUnavailable, MailUnavailableError),
        (OfferNotFound, OfferNotFoundError),
        (OfferExpired, OfferExpiredError),
        (PriceNotKnown, PriceUnknownError),
        (OfferNotLawful, OfferNotLawfulError),
        (ConnectorGone, ConnectorGoneError),
        (PaymentDeclined, PaymentDeclinedError),
        (PaymentMethodMissing, PaymentMethodMissingError),
        (PartnerUnavailable, PartnerUnavailableError),
        (CommandRejected, CommandRejectedError),
        (ChargeNotFound, SessionNotFoundError),
        (NotCharging, NotChargingError),
        (Unavailable, ServiceUnavailableError),
    ]
)
