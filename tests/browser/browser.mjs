// A Chromium for each test file, and what is true of every page that it is shown.

import assert from "node:assert/strict";
import { after, before } from "node:test";

import { chromium } from "playwright-core";

import { demo } from "./demo.mjs";

let running;

/** Starts the file's browser before its tests, and ends it after them. */
export function withBrowser() {
  before(async () => {
    running = await chromium.launch({
      executablePath: process.env.CHROMIUM,
      args: ["--disable-dev-shm-usage"],
    });
  });
  after(() => running.close());
}

/**
 * Runs a journey at a browser that has never been here. Whatever it is shown, no page may
 * break its own rules: nothing is run, framed or fetched that the policy forbids.
 */
export async function visit(options, journey) {
  const context = await running.newContext({ reducedMotion: "reduce", ...options });
  context.setDefaultTimeout(15_000);
  const faults = [];
  context.on("dialog", (dialog) => faults.push(`a dialog: ${dialog.message()}`));
  context.on("weberror", (error) => faults.push(String(error.error())));
  context.on("console", (message) => {
    // A refusal's status is no fault.
    const isStatus = message.text().startsWith("Failed to load resource: the server responded");
    if (message.type() === "error" && !isStatus) faults.push(message.text());
  });
  try {
    await journey(await context.newPage(), context);
    assert.deepEqual(faults, []);
  } finally {
    await context.close();
  }
}

/** Asserts that this is, or becomes, one of our pages, with this heading. */
export async function shows(page, heading) {
  const found = page.getByRole("heading", { level: 1, name: heading, exact: true });
  await found.waitFor().catch(async (error) => {
    throw new Error(`${page.url()} shows "${await page.locator("body").innerText()}"`, error);
  });
  assert.equal(new URL(page.url()).origin, demo.issuer, page.url());
}

/** Fills in the form that is shown. */
export async function signInAs(page, { email, password } = demo.dotypos.user) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Chooses a cloud and grants; answers what arrives at the application. */
export async function grant(page, cloud) {
  await page.locator(`input[value="${cloud}"]`).check();
  await page.getByRole("button", { name: "Grant access" }).click();
  return arrived(page);
}

/** What the application was sent: token, cloud, state, each exactly once. */
export async function arrived(page) {
  await page.waitForURL(`${demo.dotypos.redirect_uri}?*`);
  const address = new URL(page.url());
  assert.equal(address.origin + address.pathname, demo.dotypos.redirect_uri);
  assert.equal(address.hash, "");
  const names = [...address.searchParams.keys()];
  assert.deepEqual(names, ["token", "cloudid", "state"]);
  return Object.fromEntries(address.searchParams);
}

/** Opens a page of another site with this form, and sends it. */
export async function sendFromElsewhere(page, action, fields) {
  const escape = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escape(value)}">`,
  );
  const form = `<form method="post" action="${action}">${inputs.join("")}<button>Send</button></form>`;
  const address = "http://orders.example.com/";
  const contentType = "text/html; charset=utf-8";
  await page.route(address, (route) => route.fulfill({ contentType, body: form }));
  await page.goto(address);
  await page.getByRole("button", { name: "Send" }).click();
}
