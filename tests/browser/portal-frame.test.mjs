// The frame of the portal: menus, looks, and what a script adds to pages that need none.

import assert from "node:assert/strict";
import { test } from "node:test";

import { shows, signInAs, visit, withBrowser } from "./browser.mjs";
import { demo } from "./demo.mjs";

withBrowser();

const { admin } = demo.portal;
const client = demo.dualog.organization_client.client_id;
const ORGANIZATION = "Fjordline Shipping Group";

/** Signs in as the administrator, and comes to a page with this heading. */
async function come(page, path, heading) {
  await page.goto(demo.issuer + path);
  await signInAs(page, admin);
  await shows(page, heading);
}

test("menus: they open, and close with Escape, by looking elsewhere, and one at a time", () =>
  visit({}, async (page) => {
    await come(page, "/portal", ORGANIZATION);
    const bar = page.getByRole("banner");
    const [places, person] = await bar.locator(".bar-end .menu").all();
    await places.locator("summary").click();
    await bar.getByRole("link", { name: "All organizations" }).waitFor();
    await page.keyboard.press("Escape");
    assert.equal(await places.getAttribute("open"), null);
    assert.ok(await places.locator("summary:focus").count(), "the focus is where it was");
    await places.locator("summary").click();
    await person.locator("summary").click();
    assert.equal(await places.getAttribute("open"), null);
    await person.getByText(admin.email).waitFor();
    await page.getByRole("heading", { level: 1 }).click();
    assert.equal(await person.getAttribute("open"), null);
  }));

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`on a phone, ${scripts}: everything is in the menu`, () =>
    visit({ javaScriptEnabled, viewport: { width: 390, height: 844 } }, async (page) => {
      await come(page, "/portal", ORGANIZATION);
      const bar = page.getByRole("banner");
      await bar.getByText("Menu", { exact: true }).click();
      await bar.getByRole("link", { name: "Usage" }).click();
      await shows(page, "Usage");
      await bar.getByText("Menu", { exact: true }).click();
      await bar.getByRole("button", { name: "Sign out" }).click();
      await shows(page, "You are signed out");
    }));
}

test("looks: what is chosen holds from the first byte on, on every page", () =>
  visit({ colorScheme: "light", javaScriptEnabled: false }, async (page) => {
    await come(page, "/portal/settings", "Settings");
    await page.getByText("Dark", { exact: true }).click();
    await page.getByLabel("Time zone").fill("Europe/Oslo");
    await page.getByRole("button", { name: "Keep these" }).click();
    await page.getByText("Times are Europe/Oslo.").waitFor();
    for (const path of ["/portal", "/nowhere", "/sign-out"]) {
      const answer = await page.goto(demo.issuer + path);
      assert.match(await answer.text(), /^<!doctype html>\n<html lang="en" data-theme="dark">/);
      const paper = await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor);
      assert.equal(paper, "rgb(15, 21, 24)", path);
    }
  }));

test("copying: the button says so, and listeners hear it", () =>
  visit({ permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await come(page, `/portal/clients/${client}`, "Fleet report");
    await page.getByRole("button", { name: "Copy the client id" }).click();
    await page.getByRole("status").filter({ hasText: "Copied" }).waitFor({ state: "attached" });
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), client);
  }));

test("deleting: a dialog asks for the name, and lets go", () =>
  visit({}, async (page) => {
    await come(page, `/portal/clients/${client}`, "Fleet report");
    const before = page.url();
    await page.getByRole("link", { name: "Delete…" }).click();
    const dialog = page.getByRole("dialog");
    const final = dialog.getByRole("button", { name: "Delete for good" });
    assert.equal(await final.getAttribute("aria-disabled"), "true");
    await dialog.getByLabel("Type its name").fill("Fleet");
    await page.keyboard.press("Enter");
    assert.equal(page.url(), before, "nothing was sent");
    await dialog.getByLabel("Type its name").fill("Fleet report");
    assert.equal(await final.getAttribute("aria-disabled"), "false");
    await dialog.getByRole("button", { name: "Cancel" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.equal(page.url(), before);
  }));

test("deleting, without scripts: a page asks", () =>
  visit({ javaScriptEnabled: false }, async (page) => {
    await come(page, `/portal/clients/${client}`, "Fleet report");
    await page.getByRole("link", { name: "Delete…" }).click();
    await shows(page, "Delete “Fleet report”?");
  }));

test("every page weighs little: less than 50 KB with all that it brings", () =>
  visit({}, async (page, context) => {
    await come(page, "/portal", ORGANIZATION);
    const here = new URL(page.url()).pathname;
    const paths = [here, `${here}/usage`, `${here}/clients/new`, `/portal/clients/${client}`, "/portal/docs"];
    for (const path of paths) {
      const fresh = await context.newPage();
      const session = await context.newCDPSession(fresh);
      await session.send("Network.enable");
      await session.send("Network.setCacheDisabled", { cacheDisabled: true });
      let bytes = 0;
      session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
      await fresh.goto(demo.issuer + path, { waitUntil: "networkidle" });
      assert.ok(bytes > 1000 && bytes < 50_000, `${path} brings ${bytes} bytes`);
      await fresh.close();
    }
  }));
