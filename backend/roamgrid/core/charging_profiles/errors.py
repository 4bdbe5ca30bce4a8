"""Why a profile or a preference did not come through."""

from roamgrid.kernel.errors import Conflict, NotFound


class ProfileRejected(Conflict):
    """The operator will not change the profile of the session, or not that often."""

    code = "PROFILE_REJECTED"
    hint = "Read the answer: NOT_SUPPORTED is for good, TOO_OFTEN asks for patience, UNKNOWN_SESSION for another session."


class PreferencesUnsupported(NotFound):
    """The charging point of the session takes no charging preferences, or the session is not known."""

    code = "PREFERENCES_UNSUPPORTED"
    hint = "Offer preferences only at charging points that are CHARGING_PREFERENCES_CAPABLE."
