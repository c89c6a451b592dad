// What an application asks wrongly is said on a page, and never sent anywhere.

import assert from "node:assert/strict";
import { test } from "node:test";

import { grant, sendFromElsewhere, shows, signInAs, visit, withBrowser } from "./browser.mjs";
import { STATE, demo, first, second } from "./demo.mjs";

withBrowser();

const { dotypos } = demo;
const ELSEWHERE = "http://elsewhere.example.com/back";
const MARKUP = `"><img src=x onerror=alert(1)><script>alert(2)</script>`;
const EXPIRED = "The connection has expired. Check the time settings on your device.";
const UNKNOWN = "Unknown client application or wrong application secret";

/** Asserts a page of 400 that leads nowhere and repeats nothing that it was given. */
async function isRefused(page, enter, heading, text) {
  const requested = [];
  page.on("request", (request) => requested.push(request));
  const answered = page.waitForResponse((answer) => answer.url().includes("/client/connect"));
  await enter(page);
  assert.equal((await answered).status(), 400);
  await shows(page, heading);
  const said = await page.locator("main").innerText();
  assert.ok(said.includes(text) && said.includes("Nothing has been granted."), said);
  const source = await page.content();
  for (const given of ["<img", "<script", "alert(", "elsewhere", dotypos.client_secret]) {
    assert.ok(!source.includes(given), given);
  }
  const hosts = new Set(requested.map((request) => new URL(request.url()).origin));
  hosts.delete("http://orders.example.com"); // where the person came from
  assert.deepEqual([...hosts], [demo.issuer]);
}

const get = (changed) => (page) => page.goto(first(changed));
const post = (changed) => (page) =>
  sendFromElsewhere(page, dotypos.connect_v2_url, second(changed));
const NOT_LET_IN = "The application is not let in";
const NO_WAY_BACK = "The way back is not known";
const TOO_OLD = "The request is too old";
const TOO_MUCH = "It asks for more than it may have";
const NOT_IN_ORDER = "The request is not in order";

for (const [what, enter, heading, text] of [
  ["signed 90 seconds ago", post({ late: -90 }), TOO_OLD, EXPIRED],
  ["signed 90 seconds ahead", post({ late: 90 }), TOO_OLD, EXPIRED],
  ["signed with another secret", post({ secret: "guessed" }), NOT_LET_IN, UNKNOWN],
  ["a signature for another time", post({ timestamp: "1700000000" }), NOT_LET_IN, UNKNOWN],
  ["v1: a wrong secret", get({ client_secret: "guessed" }), NOT_LET_IN, UNKNOWN],
  ["v1: an unknown application", get({ client_id: MARKUP }), NOT_LET_IN, UNKNOWN],
  ["v2: an unknown application", post({ client_id: MARKUP }), NOT_LET_IN, UNKNOWN],
  ["v1: another way back", get({ redirect_uri: ELSEWHERE }), NO_WAY_BACK, ""],
  ["v2: another way back", post({ redirect_uri: ELSEWHERE }), NO_WAY_BACK, ""],
  [
    "a longer way back",
    get({ redirect_uri: `${dotypos.redirect_uri}?to=${ELSEWHERE}` }),
    NO_WAY_BACK,
    "",
  ],
  [
    "a script as the way back",
    get({ redirect_uri: `javascript:alert(1)//${MARKUP}` }),
    NO_WAY_BACK,
    "",
  ],
  ["no way back", get({ redirect_uri: null }), NO_WAY_BACK, ""],
  ["another scope", get({ scope: MARKUP }), TOO_MUCH, ""],
  ["no scope", post({ scope: "" }), NOT_IN_ORDER, ""],
]) {
  test(`refused: ${what}`, () =>
    visit({}, (page) => isRefused(page, enter, heading, text)));
}

test("state with markup is on no page, and arrives as it was", () =>
  visit({}, async (page) => {
    const isNowhere = async () => {
      const source = await page.content();
      assert.ok(!source.includes("alert(1)") && !source.includes("token=x"), source);
    };
    await page.goto(first({ state: STATE }));
    await shows(page, "Sign in");
    await isNowhere();
    await signInAs(page);
    await shows(page, "Let Plateline Orders work in your clouds?");
    await isNowhere();
    const { token, state } = await grant(page, dotypos.cloud_ids[0]);
    assert.equal(state, STATE);
    assert.notEqual(token, "x#é;%41 +");
  }));

test("a request that was changed on its way is refused", () =>
  visit({}, async (page) => {
    await page.goto(first());
    await shows(page, "Sign in");
    const address = page.url();
    const middle = Math.floor(address.length * 0.75);
    const other = address[middle] === "A" ? "B" : "A";
    await page.goto(address.slice(0, middle) + other + address.slice(middle + 1));
    await shows(page, "The page was open for too long");
    await page.goto(`${demo.issuer}/connect?flow=${encodeURIComponent(MARKUP)}`);
    await shows(page, "The page was open for too long");
    assert.ok(!(await page.content()).includes("<img"));
  }));

test("there is a page where nothing is", () =>
  visit({}, async (page) => {
    const answer = await page.goto(`${demo.issuer}/${encodeURIComponent(MARKUP)}`);
    assert.equal(answer.status(), 404);
    await shows(page, "There is nothing at this address");
    assert.ok(!(await page.content()).includes("<img"));
  }));
