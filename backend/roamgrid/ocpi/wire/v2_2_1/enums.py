"""The enumerations of OCPI 2.2.1. All of them are closed."""

from typing import Annotated

from roamgrid.ocpi.wire.common.declare import Enumeration

AllowedType = Annotated[str, Enumeration("AllowedType", "ALLOWED BLOCKED EXPIRED NO_CREDIT NOT_ALLOWED")]
AuthMethod = Annotated[str, Enumeration("AuthMethod", "AUTH_REQUEST COMMAND WHITELIST")]
Capability = Annotated[
    str,
    Enumeration(
        "Capability",
        "CHARGING_PROFILE_CAPABLE CHARGING_PREFERENCES_CAPABLE CHIP_CARD_SUPPORT CONTACTLESS_CARD_SUPPORT "
        "CREDIT_CARD_PAYABLE DEBIT_CARD_PAYABLE PED_TERMINAL REMOTE_START_STOP_CAPABLE RESERVABLE RFID_READER "
        "START_SESSION_CONNECTOR_REQUIRED TOKEN_GROUP_CAPABLE UNLOCK_CAPABLE",
    ),
]
CdrDimensionType = Annotated[
    str,
    Enumeration(
        "CdrDimensionType",
        "CURRENT ENERGY ENERGY_EXPORT ENERGY_IMPORT MAX_CURRENT MIN_CURRENT MAX_POWER MIN_POWER PARKING_TIME "
        "POWER RESERVATION_TIME STATE_OF_CHARGE TIME",
    ),
]
CommandResponseType = Annotated[
    str,
    Enumeration(
        "CommandResponseType",
        "NOT_SUPPORTED REJECTED ACCEPTED UNKNOWN_SESSION",
    ),
]
CommandResultType = Annotated[
    str,
    Enumeration(
        "CommandResultType",
        "ACCEPTED CANCELED_RESERVATION EVSE_OCCUPIED EVSE_INOPERATIVE FAILED NOT_SUPPORTED REJECTED TIMEOUT "
        "UNKNOWN_RESERVATION",
    ),
]
ConnectorFormat = Annotated[str, Enumeration("ConnectorFormat", "SOCKET CABLE")]
ConnectorType = Annotated[
    str,
    Enumeration(
        "ConnectorType",
        "CHADEMO CHAOJI DOMESTIC_A DOMESTIC_B DOMESTIC_C DOMESTIC_D DOMESTIC_E DOMESTIC_F DOMESTIC_G "
        "DOMESTIC_H DOMESTIC_I DOMESTIC_J DOMESTIC_K DOMESTIC_L DOMESTIC_M DOMESTIC_N DOMESTIC_O GBT_AC "
        "GBT_DC IEC_60309_2_single_16 IEC_60309_2_three_16 IEC_60309_2_three_32 IEC_60309_2_three_64 "
        "IEC_62196_T1 IEC_62196_T1_COMBO IEC_62196_T2 IEC_62196_T2_COMBO IEC_62196_T3A IEC_62196_T3C "
        "NEMA_5_20 NEMA_6_30 NEMA_6_50 NEMA_10_30 NEMA_10_50 NEMA_14_30 NEMA_14_50 PANTOGRAPH_BOTTOM_UP "
        "PANTOGRAPH_TOP_DOWN TESLA_R TESLA_S",
    ),
]
DayOfWeek = Annotated[str, Enumeration("DayOfWeek", "MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY")]
EnergySourceCategory = Annotated[
    str,
    Enumeration(
        "EnergySourceCategory",
        "NUCLEAR GENERAL_FOSSIL COAL GAS GENERAL_GREEN SOLAR WIND WATER",
    ),
]
EnvironmentalImpactCategory = Annotated[str, Enumeration("EnvironmentalImpactCategory", "NUCLEAR_WASTE CARBON_DIOXIDE")]
Facility = Annotated[
    str,
    Enumeration(
        "Facility",
        "HOTEL RESTAURANT CAFE MALL SUPERMARKET SPORT RECREATION_AREA NATURE MUSEUM BIKE_SHARING BUS_STOP "
        "TAXI_STAND TRAM_STOP METRO_STATION TRAIN_STATION AIRPORT PARKING_LOT CARPOOL_PARKING FUEL_STATION "
        "WIFI",
    ),
]
ImageCategory = Annotated[str, Enumeration("ImageCategory", "CHARGER ENTRANCE LOCATION NETWORK OPERATOR OTHER OWNER")]
ParkingRestriction = Annotated[str, Enumeration("ParkingRestriction", "EV_ONLY PLUGGED DISABLED CUSTOMERS MOTORCYCLES")]
ParkingType = Annotated[
    str,
    Enumeration(
        "ParkingType",
        "ALONG_MOTORWAY PARKING_GARAGE PARKING_LOT ON_DRIVEWAY ON_STREET UNDERGROUND_GARAGE",
    ),
]
PowerType = Annotated[str, Enumeration("PowerType", "AC_1_PHASE AC_2_PHASE AC_2_PHASE_SPLIT AC_3_PHASE DC")]
ProfileType = Annotated[str, Enumeration("ProfileType", "CHEAP FAST GREEN REGULAR")]
ReservationRestrictionType = Annotated[
    str,
    Enumeration(
        "ReservationRestrictionType",
        "RESERVATION RESERVATION_EXPIRES",
    ),
]
Role = Annotated[str, Enumeration("Role", "CPO EMSP HUB NAP NSP OTHER SCSP")]
SessionStatus = Annotated[str, Enumeration("SessionStatus", "ACTIVE COMPLETED INVALID PENDING RESERVATION")]
Status = Annotated[
    str,
    Enumeration(
        "Status",
        "AVAILABLE BLOCKED CHARGING INOPERATIVE OUTOFORDER PLANNED REMOVED RESERVED UNKNOWN",
    ),
]
TariffDimensionType = Annotated[str, Enumeration("TariffDimensionType", "ENERGY FLAT PARKING_TIME TIME")]
TariffType = Annotated[
    str,
    Enumeration(
        "TariffType",
        "AD_HOC_PAYMENT PROFILE_CHEAP PROFILE_FAST PROFILE_GREEN REGULAR",
    ),
]
TokenType = Annotated[str, Enumeration("TokenType", "AD_HOC_USER APP_USER OTHER RFID")]
WhitelistType = Annotated[str, Enumeration("WhitelistType", "ALWAYS ALLOWED ALLOWED_OFFLINE NEVER")]
