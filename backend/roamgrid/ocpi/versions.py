"""The versions that we speak, the oldest first. A version is its wire types, its mapping, and one line here."""

from collections.abc import Mapping

from roamgrid.ocpi.mapping.v2_1_1.speech import SPEECH as V2_1_1
from roamgrid.ocpi.mapping.v2_2_1.speech import SPEECH as V2_2_1
from roamgrid.ocpi.mapping.v2_3_0.speech import SPEECH as V2_3_0
from roamgrid.ocpi.speech import Speech

SPEECHES: Mapping[str, Speech] = {speech.version: speech for speech in (V2_1_1, V2_2_1, V2_3_0)}
