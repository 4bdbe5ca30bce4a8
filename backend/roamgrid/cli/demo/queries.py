"""What the demo's driver asks: ready to be pasted into the IDE as well."""

_ERROR = "... on Error { code message hint }"

REQUEST_CODE = f"""mutation Code($email: String!) {{
  requestLoginCode(input: {{email: $email}}) {{ ... on RequestLoginCodePayload {{ sandboxCode }} {_ERROR} }}
}}"""

SIGN_IN = f"""mutation SignIn($email: String!, $code: String!) {{
  signIn(input: {{email: $email, code: $code}}) {{ ... on SignInPayload {{ accessToken }} {_ERROR} }}
}}"""

_COMPONENTS = "components { dimension origin unit amount currency taxPercent taxIncluded label text }"

STATIONS = f"""query Stations($near: NearInput!, $first: Int!, $after: String) {{
  stations(near: $near, filter: {{availableOnly: true}}, first: $first, after: $after) {{
    pageInfo {{ hasNextPage endCursor }}
    edges {{ node {{
      id name address city distanceM
      evses {{ evseId status connectors {{ id standard maxPowerKw
        offer {{ id priceUnknown {_COMPONENTS} tariffVersion planVersion rulePackVersion validUntil }}
      }} }}
    }} }}
  }}
}}"""

_SESSION = """id state states final kwh startedAt endedAt
    runningCost { amount currency }
    failure { code message hint }
    cdr { id verdict total { amount currency } }
    receipt { id number net { amount currency } tax { amount currency } gross { amount currency } }"""

START = f"""mutation Start($offerId: ID!) {{
  startSession(input: {{offerId: $offerId}}) {{ ... on StartSessionPayload {{ session {{ {_SESSION} }} }} {_ERROR} }}
}}"""

STOP = f"""mutation Stop($sessionId: ID!) {{
  stopSession(input: {{sessionId: $sessionId}}) {{ ... on StopSessionPayload {{ session {{ {_SESSION} }} }} {_ERROR} }}
}}"""

LIVE = f"""subscription Live($id: ID!) {{ session(id: $id) {{ {_SESSION} }} }}"""
