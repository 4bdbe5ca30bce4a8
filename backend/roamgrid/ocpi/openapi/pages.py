"""The parameters of lists, the same in every module (OCPI Transport, Pagination)."""

from roamgrid.ocpi.openapi.operation import Query
from roamgrid.ocpi.openapi.schemas import DATE_TIME

_COUNT = {"type": "integer", "minimum": 0, "maximum": 999_999_999}

FROM, TO = Query("date_from", DATE_TIME), Query("date_to", DATE_TIME)
WINDOW = (FROM, TO, Query("offset", _COUNT), Query("limit", _COUNT))
REQUIRED_WINDOW = (Query("date_from", DATE_TIME, required=True), *WINDOW[1:])
