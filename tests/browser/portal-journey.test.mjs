// The whole way of a new admin: invited, signed in, a client made, its secret copied, the
// API tried, the secret rotated and taken away, and the refusal explained.

import assert from "node:assert/strict";
import { test } from "node:test";

import { shows, signInAs, visit, withBrowser } from "./browser.mjs";
import { demo } from "./demo.mjs";
import {
  HOME, accept, arrive, askToken, explained, fillIn, invite, make, newAddress, newClient,
  secretShown, ships, signOut, token, unique, until,
} from "./portal.mjs";

withBrowser();

const { issuer } = demo;
const SCOPES = "organization_read crew_read";
const permissions = ["clipboard-read", "clipboard-write"];

/** An admin invites another, who joins in a browser that has never been here. */
async function joined(page, context) {
  const email = newAddress();
  const password = "four dry docks";
  await arrive(page);
  const invitation = await invite(page, email);
  assert.ok(invitation.text.includes(HOME), invitation.text);
  assert.ok(!invitation.page.includes(invitation.code), "the code is no part of the address");
  await signOut(page);
  await context.clearCookies();
  const name = "Astrid Vik";
  await accept(page, invitation, { name, password });
  await page.getByRole("status").filter({ hasText: "You belong here now." }).waitFor();
  await signOut(page);
  await page.goto(`${issuer}/portal`);
  await signInAs(page, { email, password });
  await shows(page, HOME);
  return { email, password };
}

/** Copies the secret by its button, or reads it where there is no script. */
async function copied(page, { client_secret }) {
  await page.getByRole("button", { name: "Copy", exact: true }).first().click();
  await page.getByRole("status").filter({ hasText: "Copied" }).waitFor({ state: "attached" });
  const held = await page.evaluate(() => navigator.clipboard.readText());
  assert.equal(held, client_secret);
}

/** Follows the link to the API's page, authorizes and tries it: real ships. */
async function triesIt(page, context, { client_id, client_secret }) {
  const opened = context.waitForEvent("page");
  await page.getByRole("link", { name: /^Open the Vessel/ }).click();
  const other = await opened;
  await other.locator("#swagger[data-ready] .opblock").first().waitFor();
  await other.locator(".scheme-container").getByRole("button", { name: "Authorize" }).click();
  const dialog = other.getByRole("dialog", { name: "Available authorizations" });
  await dialog.locator('[data-name="clientId"]').fill(client_id);
  await dialog.locator('[data-name="clientSecret"]').fill(client_secret);
  await dialog.locator("label", { hasText: "organization_read" }).click();
  await dialog.getByRole("button", { name: "Authorize", exact: true }).click();
  await dialog.getByRole("button", { name: "Logout" }).waitFor();
  await dialog.getByRole("button", { name: "Close", exact: true }).last().click();
  const block = other.locator('[id$="-listShips"]');
  await block.locator(".opblock-summary-control").click();
  await block.getByRole("button", { name: "Try it out" }).click();
  // The examples are taken away: everything in reach.
  for (const name of ["organizationId", "name"]) {
    await block.locator(`tr[data-param-name="${name}"] input`).fill("");
  }
  await block.getByRole("button", { name: "Execute" }).click();
  const live = block.locator(".live-responses-table tbody");
  await live.locator(".response-col_status").waitFor();
  assert.match(await live.locator(".response-col_status").innerText(), /^200/);
  assert.match(await live.locator("pre").first().innerText(), /"imo": "\d{7}"/);
  await other.close();
}

const row = (page, name) => page.locator("table.secrets tbody tr", { hasText: name });

/** Rotates with a day's overlap; answers the new secret. */
async function rotated(page, address) {
  await page.goto(address);
  await page.getByRole("link", { name: "Rotate secret" }).click();
  await page.locator("#overlap label.tile", { hasText: "24 hours" }).getByRole("radio").check();
  await page.getByRole("button", { name: "Make the new secret" }).click();
  await shows(page, "Store the new secret now");
  assert.match(await page.locator("main").innerText(), /The old secret still works: until/);
  const client = await secretShown(page);
  await page.getByRole("link", { name: "I have stored it" }).click();
  return client;
}

/** Takes the old secret away. */
async function removedOld(page, address) {
  await page.goto(address);
  await row(page, "Old").getByRole("link", { name: /^Remove/ }).click();
  await page.getByRole("button", { name: "Remove the secret" }).click();
  await page.getByRole("status").filter({ hasText: "The secret is removed" }).waitFor();
}

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`portal, ${scripts}: from the invitation to a refusal explained`, { timeout: 120_000 }, () =>
    visit({ javaScriptEnabled, permissions }, async (page, context) => {
      await joined(page, context);
      const name = unique("Crew rota");
      await newClient(page);
      await fillIn(page, name);
      const first = await make(page);
      assert.match(first.client_secret, /^prs_[0-9A-Za-z]{50}$/);
      if (javaScriptEnabled) {
        await copied(page, first);
        await triesIt(page, context, first);
      }
      await page.getByRole("link", { name: "I have stored it" }).click();
      await shows(page, name);
      const address = page.url();
      assert.ok(!(await page.content()).includes(first.client_secret), "it is shown once");
      const old = await token(first, SCOPES);
      assert.equal((await ships(old)).status, 200);

      const second = await rotated(page, address);
      await shows(page, name);
      assert.equal(second.client_id, first.client_id);
      assert.notEqual(second.client_secret, first.client_secret);
      await page.locator(".stamp", { hasText: "Rotating" }).waitFor();
      await token(first, SCOPES);
      await token(second, SCOPES);
      const used = async (which) => {
        await page.goto(address);
        const text = await row(page, which).innerText();
        return text.includes("127.0.0.1") && text;
      };
      assert.match(await until("the new secret is used", () => used("New")), /just now|s ago/);
      await until("the old secret was used", () => used("Old"));
      assert.equal(await page.locator(".lanes[role=img]").count(), 1);

      await removedOld(page, address);
      assert.equal((await askToken(first)).status, 400);
      const refused = await ships(old);
      assert.equal(refused.status, 401);
      const told = await explained(page, address, refused.requestId);
      assert.match(told, /revoked/);
      assert.match(told, /because a secret was taken away then\.\s+Ask for a new token\./);
      assert.ok(told.includes(name) && told.includes(refused.requestId), told);
      assert.equal((await ships(await token(second, SCOPES))).status, 200);
      const wrong = await askToken({ ...second, client_secret: first.client_secret });
      assert.match(await explained(page, address, wrong.requestId), /secret/);
    }));

  test(`portal, ${scripts}: disable, enable, delete`, { timeout: 60_000 }, () =>
    visit({ javaScriptEnabled }, async (page) => {
      await arrive(page);
      const name = unique("Noon report");
      await newClient(page);
      await fillIn(page, name);
      const client = await make(page);
      await page.getByRole("link", { name: "I have stored it" }).click();
      await shows(page, name);
      const address = page.url();
      const access = await token(client);
      await page.getByRole("button", { name: "Disable" }).click();
      await page.getByRole("status").filter({ hasText: "Every call is refused" }).waitFor();
      const refused = await ships(access);
      assert.equal(refused.status, 401);
      assert.equal((await askToken(client)).status, 400);
      assert.match(await explained(page, address, refused.requestId), /It is disabled\./);
      await page.goto(address);
      await page.locator(".stamp", { hasText: "Disabled" }).waitFor();
      await page.getByRole("button", { name: "Enable" }).click();
      await page.getByRole("status").filter({ hasText: "work again" }).waitFor();
      assert.equal((await ships(access)).status, 200, "the old token lives again");

      await page.getByRole("link", { name: "Delete…" }).click();
      await page.getByRole("heading", { name: `Delete “${name}”?` }).waitFor();
      const really = page.getByRole("button", { name: "Delete for good" });
      await page.getByLabel("Type its name").fill("Something else");
      if (javaScriptEnabled) {
        assert.equal(await really.getAttribute("aria-disabled"), "true");
        await page.getByLabel("Type its name").fill(client.client_id);
        assert.equal(await really.getAttribute("aria-disabled"), "false", "its id will do");
      } else {
        await really.click();
        await page.locator("#name-wrong").waitFor();
      }
      await page.getByLabel("Type its name").fill(name);
      await really.click();
      await shows(page, HOME);
      await page.getByRole("status").filter({ hasText: "The client is deleted" }).waitFor();
      assert.equal((await ships(access)).status, 401);
      assert.equal((await askToken(client)).status, 400);
      assert.equal((await page.goto(address)).status(), 404);
    }));
}
