"""Finding stations over GraphQL, each with what a charge there costs."""

from decimal import Decimal

from roamgrid.canonical.location import EvseStatus
from roamgrid.canonical.tariff import Dimension
from tests.builders import connector, evse, location, tariff
from tests.products.network import priced, store

UTRECHT = {"lat": 52.0907, "lon": 5.1214, "radiusKm": 30}
STATIONS = """
query($near: NearInput, $box: BoxInput, $filter: StationFilter, $first: Int, $after: String) {
  stations(near: $near, box: $box, filter: $filter, first: $first, after: $after) {
    edges { cursor node {
      id name address city country operator distanceM coordinates { latitude longitude }
      evses { evseId status statusAgeSeconds connectors {
        id standard format powerType maxPowerKw
        offer { id components { text origin unit amount taxIncluded } priceUnknown text rulePackVersion validUntil }
      } }
    } }
    pageInfo { hasNextPage endCursor }
  }
}"""


def names(answer):
    return [edge["node"]["name"] for edge in answer["stations"]["edges"]]


async def test_stations_around_a_point_come_nearest_first_with_their_price(world, brands):
    sites = [location("FAR", lat="52.20"), location("NEAR")]
    await store(world.database, brands.voltara, sites, [priced("T1", (Dimension.FLAT, "1"), (Dimension.ENERGY, "0.40"))])
    answer = await world.data(brands.voltara, STATIONS, {"near": UTRECHT}, await world.signed_in(brands.voltara))
    assert names(answer) == ["Station NEAR", "Station FAR"]
    station = answer["stations"]["edges"][0]["node"]
    assert (station["distanceM"], station["operator"], station["country"]) == (0, "Greenfield", "NLD")
    assert station["coordinates"] == {"latitude": "52.0907", "longitude": "5.1214"}
    plug = station["evses"][0]["connectors"][0]
    assert (plug["standard"], plug["maxPowerKw"]) == ("IEC_62196_T2", "22.08")
    assert [(line["text"], line["origin"]) for line in plug["offer"]["components"]] == [
        ("€ 0,484 per kWh incl. btw", "CPO"),
        ("€ 1,21 per sessie incl. btw", "CPO"),
        ("€ 0,4235 per sessie incl. btw", "MSP_FEE"),
    ]
    assert plug["offer"]["rulePackVersion"] == "eu_afir-1.0+nl-1.0"
    assert plug["offer"]["id"] is not None


async def test_somebody_unknown_sees_the_price_but_cannot_take_it(world, brands):
    await store(world.database, brands.voltara, [location()], [tariff()])
    answer = await world.data(brands.voltara, STATIONS, {"near": UTRECHT})
    offer = answer["stations"]["edges"][0]["node"]["evses"][0]["connectors"][0]["offer"]
    assert offer["id"] is None
    assert offer["components"][0]["amount"] == "0.484"


async def test_an_unknown_price_is_said_to_be_unknown(world, brands):
    await store(world.database, brands.voltara, [location()])
    token = await world.signed_in(brands.voltara)
    answer = await world.data(brands.voltara, STATIONS, {"near": UTRECHT}, token)
    offer = answer["stations"]["edges"][0]["node"]["evses"][0]["connectors"][0]["offer"]
    assert (offer["id"], offer["components"], offer["priceUnknown"]) == (None, [], "NO_TARIFF")
    assert offer["text"] == "prijs onbekend"


async def test_filters_for_power_plug_and_availability(world, brands):
    sites = [
        location("SLOW", evse("1", connector(max_power_w=11_000))),
        location("FAST", evse("2", connector(max_power_w=150_000, standard="IEC_62196_T2_COMBO"))),
        location("BUSY", evse("3", connector(max_power_w=150_000), status=EvseStatus.CHARGING)),
    ]
    await store(world.database, brands.voltara, sites)

    async def found(**filter_):
        return sorted(names(await world.data(brands.voltara, STATIONS, {"near": UTRECHT, "filter": filter_})))

    assert await found(minPowerKw=50) == ["Station BUSY", "Station FAST"]
    assert await found(minPowerKw=50, availableOnly=True) == ["Station FAST"]
    assert await found(connectorTypes=["IEC_62196_T2_COMBO"]) == ["Station FAST"]
    assert await found(availableOnly=True) == ["Station FAST", "Station SLOW"]


async def test_a_box_shows_what_lies_in_it(world, brands):
    await store(world.database, brands.voltara, [location("IN"), location("OUT", lat="53.0")])
    box = {"south": 52.0, "west": 5.0, "north": 52.2, "east": 5.2}
    assert names(await world.data(brands.voltara, STATIONS, {"box": box})) == ["Station IN"]


async def test_pages_follow_each_other_without_gap_or_repetition(world, brands):
    sites = [location(f"S{n}", evse(f"E{n}"), lat=f"52.0{n}") for n in range(1, 6)]
    await store(world.database, brands.voltara, sites)
    seen, after = [], None
    for _ in range(3):
        answer = await world.data(brands.voltara, STATIONS, {"near": UTRECHT, "first": 2, "after": after})
        seen += names(answer)
        after = answer["stations"]["pageInfo"]["endCursor"]
    assert len(seen) == len(set(seen)) == 5
    assert answer["stations"]["pageInfo"]["hasNextPage"] is False


async def test_a_station_is_read_by_its_id_and_as_a_node(world, brands):
    await store(world.database, brands.voltara, [location()])
    found = (await world.data(brands.voltara, STATIONS, {"near": UTRECHT}))["stations"]["edges"][0]["node"]["id"]
    query = "query($id: ID!) { station(id: $id) { name distanceM } node(id: $id) { id ... on Station { name } } }"
    answer = await world.data(brands.voltara, query, {"id": found})
    assert answer["station"] == {"name": "Station LOC1", "distanceM": None}
    assert answer["node"] == {"id": found, "name": "Station LOC1"}


async def test_another_brand_sees_nothing_of_this_network(world, brands):
    await store(world.database, brands.voltara, [location()])
    found = (await world.data(brands.voltara, STATIONS, {"near": UTRECHT}))["stations"]["edges"][0]["node"]["id"]
    assert names(await world.data(brands.kilowind, STATIONS, {"near": UTRECHT})) == []
    query = "query($id: ID!) { station(id: $id) { name } node(id: $id) { id } }"
    assert await world.data(brands.kilowind, query, {"id": found}) == {"station": None, "node": None}


async def test_the_same_connector_costs_what_each_brand_charges(world, brands):
    for brand in (brands.voltara, brands.kilowind):
        await store(world.database, brand, [location()], [tariff()])
    amounts = {}
    for brand in (brands.voltara, brands.kilowind):
        answer = await world.data(brand, STATIONS, {"near": UTRECHT})
        offer = answer["stations"]["edges"][0]["node"]["evses"][0]["connectors"][0]["offer"]
        amounts[brand.tenant] = [Decimal(line["amount"]) for line in offer["components"]]
    assert amounts == {"voltara": [Decimal("0.484"), Decimal("0.4235")], "kilowind": [Decimal("0.6292")]}
