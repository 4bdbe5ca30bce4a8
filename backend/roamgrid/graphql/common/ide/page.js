"use strict";

const SAMPLES = {
  "1. Request a code": [
    `mutation Code($email: String!) {
  requestLoginCode(input: {email: $email}) {
    ... on RequestLoginCodePayload { email expiresAt sandboxCode }
    ... on Error { code message hint }
  }
}`, { email: "anna@example.org" }],
  "2. Sign in": [
    `mutation SignIn($email: String!, $code: String!) {
  signIn(input: {email: $email, code: $code}) {
    ... on SignInPayload { accessToken expiresAt driver { id email } }
    ... on Error { code message hint }
  }
}`, { email: "anna@example.org", code: "" }],
  "3. Stations around Utrecht": [
    `query Stations($near: NearInput!, $filter: StationFilter) {
  stations(near: $near, filter: $filter, first: 10) {
    edges { node {
      id name address city operator distanceM
      evses { evseId status connectors {
        id standard powerType maxPowerKw
        offer { id priceUnknown components { text origin } notices { code text } validUntil }
      } }
    } }
    pageInfo { hasNextPage endCursor }
  }
}`, { near: { lat: 52.0907, lon: 5.1214, radiusKm: 10 }, filter: { availableOnly: true } }],
  "4. Start (paste an offer's id)": [
    `mutation Start($offerId: ID!) {
  startSession(input: {offerId: $offerId}) {
    ... on StartSessionPayload { session { id state } }
    ... on Error { code message hint }
  }
}`, { offerId: "" }],
  "5. Watch live (paste a session's id)": [
    `subscription Watch($id: ID!) {
  session(id: $id) { state states kwh runningCost { amount currency } failure { code hint } receipt { number gross { amount currency } } }
}`, { id: "" }],
  "6. Stop": [
    `mutation Stop($sessionId: ID!) {
  stopSession(input: {sessionId: $sessionId}) {
    ... on StopSessionPayload { session { id state } }
    ... on Error { code message hint }
  }
}`, { sessionId: "" }],
  "7. My sessions and receipts": [
    `query Mine {
  me { email plan }
  sessions(first: 5) { edges { node { id state kwh place { name city } } } }
  receipts(first: 5) { edges { node { number gross { amount currency } lines { text net { amount } } } } }
}`, {}],
};

const INTROSPECTION = `{ __schema { types { kind name description
  fields { name description type { ...T } args { name type { ...T } } }
  inputFields { name description type { ...T } }
  enumValues { name description }
  possibleTypes { name } } } }
fragment T on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;

const $ = (id) => document.getElementById(id);
let running = null;

function headers(accept) {
  const token = $("token").value.trim();
  const found = { "Content-Type": "application/json", Accept: accept };
  if (token) found.Authorization = `Bearer ${token}`;
  return found;
}

async function post(query, variables, accept, signal) {
  return fetch(location.pathname, { method: "POST", headers: headers(accept), body: JSON.stringify({ query, variables }), signal });
}

function show(value) {
  $("result").textContent = JSON.stringify(value, null, 2);
  const token = value?.data?.signIn?.accessToken;
  if (token) $("token").value = token;
}

async function follow(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let pending = "";
  for (let count = 0; ;) {
    const { done, value } = await reader.read();
    if (done) return;
    pending += value;
    const events = pending.split("\r\n\r\n");
    pending = events.pop();
    for (const event of events) {
      const name = /^event: (.*)$/m.exec(event)?.[1];
      const data = /^data: (.+)$/m.exec(event)?.[1];
      if (name === "next" && data) {
        show(JSON.parse(data));
        $("status").textContent = `live, update ${++count}`;
      }
      if (name === "complete") $("status").textContent += ", complete";
    }
  }
}

async function run() {
  running?.abort();
  running = new AbortController();
  $("stop").disabled = false;
  $("status").textContent = "asking";
  const begun = performance.now();
  try {
    const query = $("query").value;
    const variables = JSON.parse($("variables").value || "{}");
    const live = /^\s*subscription\b/m.test(query);
    const response = await post(query, variables, live ? "text/event-stream" : "application/json", running.signal);
    if (live && response.headers.get("content-type")?.startsWith("text/event-stream")) await follow(response);
    else {
      show(await response.json());
      $("status").textContent = `HTTP ${response.status}, ${Math.round(performance.now() - begun)} ms`;
    }
  } catch (error) {
    $("status").textContent = error.name === "AbortError" ? "stopped" : error.message;
  }
  $("stop").disabled = true;
}

function typeName(type) {
  if (type.kind === "NON_NULL") return `${typeName(type.ofType)}!`;
  if (type.kind === "LIST") return `[${typeName(type.ofType)}]`;
  return type.name;
}

function bare(type) {
  return type.ofType ? bare(type.ofType) : type.name;
}

function element(name, text, ...children) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  made.append(...children);
  return made;
}

function link(type) {
  const button = element("button", typeName(type));
  button.type = "button";
  button.addEventListener("click", () => {
    const target = document.getElementById(`type-${bare(type)}`);
    if (!target) return;
    target.hidden = false;
    target.open = true;
    target.scrollIntoView();
  });
  return button;
}

function members(type) {
  const list = element("dl");
  for (const field of type.fields ?? type.inputFields ?? []) {
    const args = (field.args ?? []).map((arg) => `${arg.name}: ${typeName(arg.type)}`).join(", ");
    list.append(element("dt", `${field.name}${args ? `(${args})` : ""}: `, link(field.type)));
    if (field.description) list.append(element("dd", field.description));
  }
  for (const value of type.enumValues ?? []) list.append(element("dt", value.name));
  if (!type.fields) for (const possible of type.possibleTypes ?? []) list.append(element("dt", "", link({ name: possible.name })));
  return list;
}

async function documentSchema() {
  const answer = await (await post(INTROSPECTION, {}, "application/json")).json();
  const rank = { Query: 0, Mutation: 1, Subscription: 2 };
  const types = answer.data.__schema.types.filter((type) => !type.name.startsWith("__"));
  types.sort((a, b) => (rank[a.name] ?? 9) - (rank[b.name] ?? 9) || a.name.localeCompare(b.name));
  for (const type of types) {
    const details = element("details", "", element("summary", type.name));
    details.id = `type-${type.name}`;
    details.open = type.name in rank;
    if (type.description) details.append(element("dd", type.description));
    details.append(members(type));
    $("types").append(details);
  }
}

function find() {
  const wanted = $("search").value.toLowerCase();
  for (const details of $("types").children) details.hidden = !details.textContent.toLowerCase().includes(wanted);
}

function load(name) {
  const [query, variables] = SAMPLES[name];
  $("query").value = query;
  $("variables").value = JSON.stringify(variables, null, 2);
}

$("host").textContent = location.host;
for (const name of Object.keys(SAMPLES)) $("samples").append(element("option", name));
$("samples").addEventListener("change", (event) => load(event.target.value));
$("run").addEventListener("click", run);
$("stop").addEventListener("click", () => running?.abort());
$("search").addEventListener("input", find);
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run();
});
load(Object.keys(SAMPLES)[0]);
documentSchema();
