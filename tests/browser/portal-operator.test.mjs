// The vendor's own staff: contracts, people, keys.

import assert from "node:assert/strict";
import { test } from "node:test";

import { shows, signInAs, visit, withBrowser } from "./browser.mjs";
import { demo } from "./demo.mjs";
import {
  accept, arrive, explained, fillIn, invite, mail, make, newAddress, newClient, token,
  unique,
} from "./portal.mjs";

withBrowser();

const { issuer, portal } = demo;
const OPERATORS = `${issuer}/portal/operator`;

/** The operator, at work. */
async function enter(page) {
  await page.goto(OPERATORS);
  await signInAs(page, portal.operator);
  await page.waitForURL(OPERATORS);
}

/** Sets what an organization's contract opens. */
async function setContract(page, address, services) {
  await page.goto(address);
  await page.locator('input[name=kind][value="own"]').check();
  for (const box of await page.locator("input[name=service]").all()) {
    await box.setChecked(services.includes(await box.inputValue()));
  }
  await page.getByRole("button", { name: "Save the contract" }).click();
  await page.getByRole("status").filter({ hasText: "The contract stands." }).waitFor();
}

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`operator, ${scripts}: a customer from the contract to its end`, { timeout: 90_000 }, () =>
    visit({ javaScriptEnabled }, async (page, context) => {
      await enter(page);
      const name = unique("Nordlys Rederi");
      await page.goto(`${OPERATORS}/organizations`);
      await page.getByRole("link", { name: "Enter an organization" }).click();
      await page.getByLabel("Name", { exact: true }).fill(name);
      const number = unique("n").replace(" ", "-");
      await page.getByLabel("Customer number").fill(number);
      await page.getByRole("button", { name: "Enter", exact: true }).click();
      await shows(page, name);
      const contract = page.url().split("?")[0];
      await setContract(page, contract, ["vessel"]);
      await page.getByRole("link", { name: "Its own page" }).click();
      await shows(page, name);
      const home = page.url();

      // Its first admin joins, and makes a client.
      const email = newAddress();
      await page.goto(`${home}/members/invite`);
      await page.getByLabel("E-mail").fill(email);
      await page.locator("label.tile", { hasText: "Admin" }).getByRole("radio").check();
      await page.getByRole("button", { name: "Invite", exact: true }).click();
      await shows(page, "The invitation is sent");
      const cookies = await context.cookies();
      await context.clearCookies();
      const person = { name: "Sigrun Lie", password: "three slow tides", heading: name };
      await accept(page, await mail(email, "invites you"), person);
      await page.getByRole("heading", { name: "No program has access yet" }).waitFor();
      await newClient(page);
      await fillIn(page, "Arrival board", []);
      const client = await make(page);
      await page.getByRole("link", { name: "I have stored it" }).click();
      const address = page.url();
      const access = await token(client);
      const list = () =>
        fetch(demo.dualog.ships_url, { headers: { authorization: `Bearer ${access}` } });
      assert.equal((await list()).status, 200);

      // The contract closes: the very next call is refused, and its people are told why.
      const theirs = await context.cookies();
      await context.clearCookies();
      await context.addCookies(cookies);
      await setContract(page, contract, []);
      const refused = await list();
      assert.equal(refused.status, 403);
      await context.clearCookies();
      await context.addCookies(theirs);
      const told = await explained(page, address, refused.headers.get("x-request-id"));
      assert.match(told, /The contract of the client's owner did not open/);
      await context.clearCookies();
      await context.addCookies(cookies);
      await setContract(page, contract, ["vessel"]);
      assert.equal((await list()).status, 200);
    }));

  test(`operator, ${scripts}: somebody is switched off, and on again`, () =>
    visit({ javaScriptEnabled }, async (page, context) => {
      const email = newAddress();
      await arrive(page);
      const invitation = await invite(page, email, "Member");
      await context.clearCookies();
      const name = unique("Tora Berg");
      await accept(page, invitation, { name, password: "six low bridges" });
      const [theirs] = (await context.cookies()).filter(({ name }) => name === "portreeve");
      await context.clearCookies();
      await enter(page);
      await page.goto(`${OPERATORS}/people?q=${encodeURIComponent(email)}`);
      await page.locator("table").getByRole("link", { name }).click();
      await shows(page, name);
      const address = page.url();
      await page.getByRole("button", { name: "Switch off" }).click();
      await page.getByRole("status").filter({ hasText: "is switched off" }).waitFor();
      const ours = await context.cookies();
      await context.clearCookies();
      await context.addCookies([theirs]);
      await page.goto(`${issuer}/portal`);
      await shows(page, "Sign in");
      await context.clearCookies();
      await context.addCookies(ours);
      await page.goto(address);
      await page.getByRole("button", { name: "Switch on" }).click();
      await page.getByRole("status").filter({ hasText: "is switched on" }).waitFor();
      await context.clearCookies();
      await arrive(page, { email, password: "six low bridges" });
    }));

  test(`operator, ${scripts}: a key is rotated, and no token ends`, () =>
    visit({ javaScriptEnabled }, async (page) => {
      const { dataloy } = demo;
      const answer = await fetch(dataloy.token_url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          client_id: dataloy.client_id,
          client_secret: dataloy.client_secret,
          audience: dataloy.audience,
          grant_type: "client_credentials",
        }),
      });
      const { access_token } = await answer.json();
      const published = async () =>
        (await (await fetch(demo.standard.jwks_uri)).json()).keys.length;
      const before = await published();
      await enter(page);
      await page.getByRole("link", { name: "Signing keys" }).first().click();
      await shows(page, "Signing keys");
      const signs = page.locator("tbody tr", { hasText: "Signs with RS256" });
      await signs.getByRole("link", { name: /^Rotate now/ }).first().click();
      await shows(page, "Rotate the key?");
      await page.getByRole("button", { name: "Rotate now" }).click();
      await page.getByRole("status").filter({ hasText: "is published" }).waitFor();
      assert.equal(await published(), before + 1);
      const call = await fetch(dataloy.currency_url, {
        headers: { authorization: `Bearer ${access_token}` },
      });
      assert.equal(call.status, 200);
    }));
}
