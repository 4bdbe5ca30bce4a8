"""The enumerations of OCPI 2.1.1 that differ from those of 2.2.1. All of them are closed."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import Enumeration

AuthMethod = Annotated[str, Enumeration("AuthMethod", "AUTH_REQUEST WHITELIST")]
Capability = Annotated[
    str,
    Enumeration(
        "Capability",
        "CHARGING_PROFILE_CAPABLE CREDIT_CARD_PAYABLE REMOTE_START_STOP_CAPABLE RESERVABLE RFID_READER UNLOCK_CAPABLE",
    ),
]
CdrDimensionType = Annotated[str, Enumeration("CdrDimensionType", "ENERGY FLAT MAX_CURRENT MIN_CURRENT PARKING_TIME TIME")]
CommandResponseType = Annotated[
    str, Enumeration("CommandResponseType", "NOT_SUPPORTED REJECTED ACCEPTED TIMEOUT UNKNOWN_SESSION")
]
ConnectorType = Annotated[
    str,
    Enumeration(
        "ConnectorType",
        "CHADEMO DOMESTIC_A DOMESTIC_B DOMESTIC_C DOMESTIC_D DOMESTIC_E DOMESTIC_F DOMESTIC_G DOMESTIC_H DOMESTIC_I "
        "DOMESTIC_J DOMESTIC_K DOMESTIC_L IEC_60309_2_single_16 IEC_60309_2_three_16 IEC_60309_2_three_32 "
        "IEC_60309_2_three_64 IEC_62196_T1 IEC_62196_T1_COMBO IEC_62196_T2 IEC_62196_T2_COMBO IEC_62196_T3A "
        "IEC_62196_T3C TESLA_R TESLA_S",
    ),
]
Facility = Annotated[
    str,
    Enumeration(
        "Facility",
        "HOTEL RESTAURANT CAFE MALL SUPERMARKET SPORT RECREATION_AREA NATURE MUSEUM BUS_STOP TAXI_STAND TRAIN_STATION "
        "AIRPORT CARPOOL_PARKING FUEL_STATION WIFI",
    ),
]
LocationType = Annotated[
    str, Enumeration("LocationType", "ON_STREET PARKING_GARAGE UNDERGROUND_GARAGE PARKING_LOT OTHER UNKNOWN")
]
PowerType = Annotated[str, Enumeration("PowerType", "AC_1_PHASE AC_3_PHASE DC")]
SessionStatus = Annotated[str, Enumeration("SessionStatus", "ACTIVE COMPLETED INVALID PENDING")]
TokenType = Annotated[str, Enumeration("TokenType", "OTHER RFID")]
