// A person lets an application in: both versions, with and without scripts.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  grant, sendFromElsewhere, shows, signInAs, visit, withBrowser,
} from "./browser.mjs";
import { STATE, demo, first, opens, second, signIn } from "./demo.mjs";

withBrowser();

const { dotypos } = demo;
const [cafe, bistro] = dotypos.cloud_ids;
const ASKS = "Let Plateline Orders work in your clouds?";

const entries = {
  v1: (page, state) => page.goto(first({ state })),
  v2: (page, state) => sendFromElsewhere(page, dotypos.connect_v2_url, second({ state })),
};

for (const [version, enter] of Object.entries(entries)) {
  for (const javaScriptEnabled of [true, false]) {
    const scripts = javaScriptEnabled ? "with scripts" : "without scripts";

    test(`connector ${version}, ${scripts}: sign in, choose a cloud, grant`, () =>
      visit({ javaScriptEnabled }, async (page) => {
        const seen = [];
        page.on("framenavigated", (frame) => seen.push(frame.url()));
        await enter(page, STATE);
        await shows(page, "Sign in");
        await signInAs(page);
        await shows(page, ASKS);
        const { token, cloudid, state } = await grant(page, bistro);
        assert.match(token, /^[0-9a-f]{32}$/);
        assert.deepEqual([cloudid, state], [bistro, STATE]);
        // To the person every one of their clouds is open, to the application no other.
        await opens(token, bistro);
        await opens(token, cafe);
        assert.equal((await signIn(token, "240100033")).status, 403);
        const ours = seen.filter((url) => url.startsWith(demo.issuer));
        assert.ok(ours.length >= 2);
        assert.ok(!ours.some((url) => url.includes(dotypos.client_secret)), "the secret stays");
      }));
  }

  test(`connector ${version}: whoever has signed in is only asked`, () =>
    visit({}, async (page) => {
      await enter(page, "one");
      await signInAs(page);
      await grant(page, cafe);
      await enter(page, "two");
      await shows(page, ASKS);
      assert.equal((await grant(page, cafe)).state, "two");
    }));
}

test("connector: whoever refuses grants nothing, and stays here", () =>
  visit({}, async (page) => {
    const standing = async () => {
      await page.goto(`${demo.issuer}/connections`);
      return page.getByRole("row").count();
    };
    await page.goto(first());
    await signInAs(page);
    await shows(page, ASKS);
    const before = await standing();
    await page.goto(first());
    await page.getByRole("button", { name: "Refuse" }).click();
    await shows(page, "Nothing has been granted");
    assert.equal(await standing(), before);
  }));

test("connector: a request grants once", () =>
  visit({}, async (page) => {
    await page.goto(first());
    await signInAs(page);
    await shows(page, ASKS);
    const asking = page.url();
    const { token } = await grant(page, cafe);
    // Pressed twice, it is one answer; another answer comes too late.
    await page.goto(asking);
    assert.equal((await grant(page, cafe)).token, token);
    await page.goto(asking);
    await page.locator(`input[value="${bistro}"]`).check();
    await page.getByRole("button", { name: "Grant access" }).click();
    await shows(page, "This was answered already");
    await opens(token, cafe);
  }));

test("connector: somebody else may take over before anything is granted", () =>
  visit({}, async (page) => {
    await page.goto(first());
    await signInAs(page);
    await page.getByRole("button", { name: "Not you?" }).click();
    await shows(page, "Sign in");
    await signInAs(page);
    await shows(page, ASKS);
    await grant(page, cafe);
  }));

test("connector: another site cannot press the button", () =>
  visit({}, async (page, context) => {
    await page.goto(first());
    await signInAs(page);
    const fields = { answer: "grant", organization: cafe };
    for (const name of ["flow", "form_token"]) {
      fields[name] = await page.locator(`form[action="/connect"] [name=${name}]`).inputValue();
    }
    const other = await context.newPage();
    await sendFromElsewhere(other, `${demo.issuer}/connect`, fields);
    await shows(other, "The form came from elsewhere");
    // The person's own answer still counts.
    await grant(page, cafe);
  }));

test("connector: another site cannot frame the page", () =>
  visit({}, async (page, context) => {
    await page.goto(first());
    await signInAs(page);
    await shows(page, ASKS);
    const asking = page.url();
    context.removeAllListeners("console"); // it says there what it refuses
    const other = await context.newPage();
    await other.goto(dotypos.redirect_uri);
    const refused = other.waitForEvent("requestfailed");
    await other.evaluate((address) => {
      const frame = document.createElement("iframe");
      frame.src = address;
      document.body.append(frame);
    }, asking);
    assert.equal((await refused).failure().errorText, "net::ERR_BLOCKED_BY_RESPONSE");
  }));
