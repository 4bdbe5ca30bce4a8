"""Why an offer cannot be taken."""

from roamgrid.kernel.errors import Conflict, NotFound


class OfferExpired(Conflict):
    """The offer's validity ended before the driver started."""

    code = "OFFER_EXPIRED"
    hint = "Ask for a new offer; prices may have changed."


class OfferNotFound(NotFound):
    """No such offer was made to this driver: forged, damaged, or made to somebody else."""

    code = "OFFER_NOT_FOUND"
    hint = "Ask for an offer with your own access token and send its id unchanged."


class PriceNotKnown(Conflict):
    """Nobody can say what a charge here costs, so none is started."""

    code = "PRICE_UNKNOWN"
    hint = "Choose another station; its operator has to publish a price first."


class OfferNotLawful(Conflict):
    """The price breaks a rule of the station's jurisdiction and must not be asked."""

    code = "OFFER_NOT_LAWFUL"
    hint = "Choose another station; the notices of the offer name the rule."
