// The services' pages: a person authorizes with a client of theirs, tries a call, and sees
// what the API really has, or why it refuses.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";

import { shows, signInAs, visit, withBrowser } from "./browser.mjs";
import { demo } from "./demo.mjs";

withBrowser();

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const { issuer, dualog, standard, dataloy, dqe, dotypos, portal } = demo;

/** Opens a service's page and waits until its operations are there. */
async function open(page, service, heading) {
  await page.goto(`${issuer}/portal/docs/${service}`);
  await shows(page, heading);
  await page.locator("#swagger[data-ready] .opblock").first().waitFor();
}

const dialog = (page) => page.getByRole("dialog", { name: "Available authorizations" });

async function openDialog(page) {
  await page.locator(".scheme-container").getByRole("button", { name: "Authorize" }).click();
  await dialog(page).waitFor();
}

/** Fills in the dialog, ticks scopes and presses Authorize. */
async function authorize(page, { client_id, client_secret }, scopes) {
  await openDialog(page);
  await dialog(page).locator('[data-name="clientId"]').fill(client_id);
  await dialog(page).locator('[data-name="clientSecret"]').fill(client_secret);
  for (const scope of scopes) await dialog(page).locator("label", { hasText: scope }).click();
  await dialog(page).getByRole("button", { name: "Authorize", exact: true }).click();
}

async function isAuthorized(page) {
  await dialog(page).getByRole("button", { name: "Logout" }).waitFor();
  await dialog(page).getByRole("button", { name: "Close", exact: true }).last().click();
  await dialog(page).waitFor({ state: "detached" });
}

/** Tries an operation with these parameters; answers status, body and request id. */
async function tryOut(page, operation, parameters = {}) {
  const block = page.locator(`[id$="-${operation}"]`);
  if ((await block.locator(".opblock-body").count()) === 0) {
    await block.locator(".opblock-summary-control").click();
  }
  const begin = block.getByRole("button", { name: "Try it out" });
  const execute = block.getByRole("button", { name: "Execute" });
  // The operation unfolds a moment after it was pressed.
  await begin.or(execute).first().waitFor();
  if ((await begin.count()) > 0) await begin.click();
  await execute.waitFor();
  for (const [name, value] of Object.entries(parameters)) {
    await block.locator(`tr[data-param-name="${name}"] input`).fill(value);
  }
  const answered = page.waitForResponse(
    (response) => response.request().resourceType() === "fetch",
  );
  await block.getByRole("button", { name: "Execute" }).click();
  await answered;
  const live = block.locator(".live-responses-table tbody");
  await live.locator(".response-col_status").waitFor();
  await page.waitForTimeout(100);
  const texts = await live.locator("pre").allInnerTexts();
  return {
    status: Number((await live.locator(".response-col_status").innerText()).split("\n")[0]),
    body: texts[0] ?? "",
    headers: texts[1] ?? "",
  };
}

/** What axe finds that is serious, in all of the page. */
async function found(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run({ rules: { "target-size": { enabled: true } } }),
  );
  const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
  return serious.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target).join("; ")}`);
}

/** Nothing is kept in the browser. */
async function keepsNothing(page) {
  const kept = await page.evaluate(() => [
    ...Object.values({ ...localStorage }),
    ...Object.values({ ...sessionStorage }),
  ]);
  assert.deepEqual(kept, []);
}

test("swagger: a client's own ships, and nobody else's", () =>
  visit({}, async (page) => {
    await open(page, "vessel", "Vessel v1.4");
    const before = await tryOut(page, "listShips", { organizationId: "", name: "" });
    assert.equal(before.status, 401);
    assert.match(before.headers, /x-request-id: \S+/);
    await authorize(page, dualog.organization_client, ["organization_read"]);
    await isAuthorized(page);
    const own = { organizationId: dualog.organization_id, name: "" };
    const ships = await tryOut(page, "listShips", own);
    assert.equal(ships.status, 200, ships.body);
    assert.match(ships.body, /"imo": "\d+"/);
    assert.match(ships.body, new RegExp(`"organizationId": "${dualog.organization_id}"`));
    const foreign = { organizationId: dualog.foreign_organization_id, name: "" };
    const refused = await tryOut(page, "listShips", foreign);
    assert.equal(refused.status, 403, refused.body);
    const id = JSON.parse(refused.body).requestId;
    assert.ok(refused.headers.includes(id), refused.headers);
    await keepsNothing(page);
    await page.reload();
    await page.locator("#swagger[data-ready] .opblock").first().waitFor();
    const after = await tryOut(page, "listShips", { organizationId: "", name: "" });
    assert.equal(after.status, 401, "the token is gone with the page");
  }));

/** Service, heading, client, scopes, operation, its parameters, what the answer has. */
const VENDORS = [
  ["berths", "Berths v1.0", standard, ["berths_read"], "listBerths", {}, /"data"/],
  ["voyages", "Voyages v6.0", dataloy, [], "listCurrencies", { filter: "currencyCode(EQ)USD" }, /US dollar/],
  ["addresses", "Addresses v1.1", dqe, ["client_address"], "listLocalities", {}, /PARIS 01/],
];

for (const [service, heading, client, scopes, operation, parameters, expected] of VENDORS) {
  test(`swagger: authorize and try ${service}`, () =>
    visit({}, async (page) => {
      await open(page, service, heading);
      await authorize(page, client, scopes);
      await isAuthorized(page);
      const answer = await tryOut(page, operation, parameters);
      assert.equal(answer.status, 200, answer.body);
      assert.match(answer.body, expected);
    }));
}

test("swagger: the administration's own page is there for the vendor's staff alone", () =>
  visit({}, async (page) => {
    const address = `${issuer}/portal/docs/portreeve`;
    assert.equal((await page.goto(address)).status(), 404);
    await page.goto(`${issuer}/sign-in`);
    await signInAs(page, portal.operator);
    await page.waitForURL(/operator/);
    await page.goto(address);
    await page.locator("#swagger[data-ready] .opblock-tag").first().waitFor();
    assert.deepEqual(await found(page), []);
    const block = page.locator('[id$="-listOrganizations"]');
    if (!(await block.isVisible())) await page.locator(".opblock-tag").first().click();
    const answer = await tryOut(page, "listOrganizations");
    assert.equal(answer.status, 401, "who is signed in is nothing to the API");
  }));

test("swagger: a token of a person's connection is pasted", () =>
  visit({}, async (page) => {
    await open(page, "clouds", "Tally Tills v2.0");
    await openDialog(page);
    assert.match(await dialog(page).innerText(), /User <refresh token>/);
    const answer = await fetch(dotypos.signin_url, {
      method: "POST",
      headers: {
        authorization: `User ${dotypos.refresh_token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify({ _cloudId: dotypos.cloud_ids[0] }),
    });
    const { accessToken } = await answer.json();
    await dialog(page).locator("input").fill(accessToken);
    await dialog(page).getByRole("button", { name: "Authorize", exact: true }).click();
    await isAuthorized(page);
    const products = await tryOut(page, "listProducts", { cloudId: dotypos.cloud_ids[0] });
    assert.equal(products.status, 200, products.body);
    assert.match(products.body, /"name"/);
  }));

test("swagger: a wrong secret is told with its request", () =>
  visit({}, async (page) => {
    for (const [service, heading, client] of [
      ["vessel", "Vessel v1.4", dualog.organization_client],
      ["voyages", "Voyages v6.0", dataloy],
      ["addresses", "Addresses v1.1", dqe],
    ]) {
      await open(page, service, heading);
      await authorize(page, { ...client, client_secret: "guessed" }, []);
      const told = await dialog(page).locator(".errors").innerText();
      assert.match(told, /error: \w+/, service);
      assert.match(told, /request \S+/, service);
    }
  }));

test("swagger: whatever a description holds, it is words", () =>
  visit({}, async (page) => {
    const path = "/portal/docs/vessel/browsed.json";
    const document = await (await fetch(issuer + path)).json();
    const bad =
      '<img src=x onerror="window.ran=1"><svg onload="window.ran=1"></svg>' +
      '<script>window.ran=1</script> [a](javascript:window.ran=1) <b>bold</b> <iframe src="/"></iframe>';
    document.info.description = bad;
    document.tags[0].description = bad;
    for (const item of Object.values(document.paths)) item.get.description = bad;
    for (const schema of Object.values(document.components.schemas)) schema.description = bad;
    const scheme = document.components.securitySchemes.oAuth2ClientCredentials;
    scheme.description = bad;
    scheme.flows.clientCredentials.scopes.organization_read = bad;
    await page.route(issuer + path, (route) => route.fulfill({ json: document }));
    await open(page, "vessel", "Vessel v1.4");
    await page.locator(".opblock-summary-control").first().click();
    await openDialog(page);
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "detached" });
    for (const link of await page.locator("#swagger a[href]").all()) {
      assert.doesNotMatch(await link.getAttribute("href"), /^javascript:/);
    }
    assert.equal(await page.locator("#swagger :is(script, iframe, [onerror], [onload])").count(), 0);
    assert.equal(await page.evaluate(() => globalThis.ran), undefined);
  }));

test("swagger: the keyboard gets into the dialog and out of it", () =>
  visit({}, async (page) => {
    await open(page, "vessel", "Vessel v1.4");
    const button = page.locator(".scheme-container").getByRole("button", { name: "Authorize" });
    await button.focus();
    await page.keyboard.press("Enter");
    await dialog(page).waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.dataset.name), "clientId");
    await page.keyboard.press("Escape");
    await dialog(page).waitFor({ state: "detached" });
    assert.ok(await button.evaluate((one) => one === document.activeElement));
  }));

for (const colorScheme of ["light", "dark"]) {
  test(`looks: documentation, ${colorScheme}`, () =>
    visit({ colorScheme }, async (page) => {
      const picture = (name, width) =>
        page.screenshot({
          path: join(process.env.PICTURES, `${name}-${width}-${colorScheme}.png`),
          fullPage: true,
        });
      for (const [width, height] of [[1280, 800], [390, 844]]) {
        await page.setViewportSize({ width, height });
        await page.goto(`${issuer}/portal/docs`);
        await shows(page, "API documentation");
        assert.deepEqual(await found(page), []);
        await picture("docs", width);
        await open(page, "vessel", "Vessel v1.4");
        assert.deepEqual(await found(page), []);
        await picture("docs-service", width);
        await openDialog(page);
        assert.deepEqual(await found(page), []);
        await page.screenshot({
          path: join(process.env.PICTURES, `docs-authorize-${width}-${colorScheme}.png`),
        });
        await page.keyboard.press("Escape");
        await tryOut(page, "listShips", { organizationId: "", name: "" });
        assert.deepEqual(await found(page), []);
        await picture("docs-tried", width);
      }
      for (const width of [320, 390, 768, 1024, 1280]) {
        await page.setViewportSize({ width, height: 800 });
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${wide} px wide at ${width}`);
      }
    }));
}
