// What the portal must withstand: names with markup, forms from elsewhere and from before,
// frames, and ways that lead out of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { sendFromElsewhere, shows, signInAs, visit, withBrowser } from "./browser.mjs";
import { demo } from "./demo.mjs";
import {
  accept, arrive, fillIn, mail, make, newAddress, newClient, signOut, unique,
} from "./portal.mjs";

withBrowser();

const { issuer, portal } = demo;
const MARKUP = `"><img src=x onerror=alert(1)><script>alert(2)</script>'{{7*7}}`;

/** Asserts that the page has the words, and nothing that came of them. */
async function isText(page, words) {
  const source = await page.content();
  assert.ok(source.includes("&lt;script&gt;"), `${page.url()} shows it`);
  assert.ok((await page.locator("body").innerText()).includes(words), `${page.url()}: ${words}`);
  assert.equal(await page.locator("[onerror], img[src=x], main script").count(), 0, page.url());
}

test("portal: markup in names is text on every page", { timeout: 90_000 }, () =>
  visit({}, async (page, context) => {
    const organization = `${MARKUP} ${unique("AS")}`;
    await page.goto(`${issuer}/portal/operator/organizations/new`);
    await signInAs(page, portal.operator);
    await shows(page, "Enter an organization");
    await page.getByLabel("Name", { exact: true }).fill(organization);
    await page.getByRole("button", { name: "Enter", exact: true }).click();
    await shows(page, organization);
    await page.locator("input[name=service][value=vessel]").check();
    await page.locator('input[name=kind][value="own"]').check();
    await page.getByRole("button", { name: "Save the contract" }).click();
    await isText(page, organization);
    const contract = page.url();
    await page.getByRole("link", { name: "Its own page" }).click();
    const home = page.url();
    await page.goto(`${home}/members/invite`);
    const email = newAddress();
    await page.getByLabel("E-mail").fill(email);
    await page.locator("label.tile", { hasText: "Admin" }).getByRole("radio").check();
    await page.getByRole("button", { name: "Invite", exact: true }).click();
    const operators = await context.cookies();
    await context.clearCookies();
    const name = `${MARKUP} Holm`;
    const invitation = await mail(email, "invites you");
    await accept(page, invitation, { name, password: "nine tall masts", heading: organization });
    await isText(page, organization);
    await newClient(page);
    const called = `${MARKUP} log`;
    await fillIn(page, called, []);
    await isText(page, organization);
    await make(page);
    await isText(page, called);
    await page.getByRole("link", { name: "I have stored it" }).click();
    const client = page.url();
    for (const path of ["", "/edit", "/scopes", "/rotate", "/state", "/delete"]) {
      await page.goto(client + path);
      await isText(page, called);
    }
    for (const path of ["", "/members", "/usage", "/audit", "?q=%3Cscript%3E"]) {
      await page.goto(home + path);
      await isText(page, organization);
    }
    await page.goto(`${issuer}/portal/settings`);
    await isText(page, name);
    await context.clearCookies();
    await context.addCookies(operators);
    for (const address of [
      contract, home, `${issuer}/portal/operator`, `${issuer}/portal/operator/audit`,
    ]) {
      await page.goto(address);
      assert.equal(await page.locator("[onerror], img[src=x], main script").count(), 0, address);
    }
    await page.goto(`${issuer}/portal/operator/people?q=${encodeURIComponent(email)}`);
    await isText(page, name);
  }));

test("portal: what is typed into an address is text", () =>
  visit({}, async (page) => {
    await arrive(page);
    const home = page.url();
    const typed = encodeURIComponent(MARKUP);
    for (const address of [
      `${home}?q=${typed}`, `${home}?done=${typed}`, `${home}/members?q=${typed}`,
      `${home}/usage?client=${typed}&span=${typed}`, `${home}/audit?subject=${typed}`,
      `${issuer}/portal/refusals?request=${typed}`, `${issuer}/portal/clients/${typed}`,
      `${issuer}/portal/organizations/${typed}`, `${issuer}/portal/docs/${typed}`,
      `${issuer}/sign-in?next=${typed}`, `${home}/clients/new?name=${typed}`,
    ]) {
      const answer = await page.goto(address);
      assert.ok(answer.status() < 500, `${address}: ${answer.status()}`);
      assert.equal(await page.locator("[onerror], img[src=x], main script").count(), 0, address);
    }
  }));

test("portal: a name of 10,000 characters is refused beside its field", () =>
  visit({}, async (page) => {
    await arrive(page);
    for (const name of ["å".repeat(10_000), "  ", "right\u202eleft", "two\nlines"]) {
      await newClient(page);
      await fillIn(page, "x");
      await page.locator("#name").evaluate((field, text) => {
        field.removeAttribute("maxlength");
        field.removeAttribute("required");
        field.type = "hidden";
        field.value = text;
      }, name);
      const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
      await page.getByRole("button", { name: "Make the client" }).click();
      const status = (await answered).status();
      assert.ok(status >= 400 && status < 500, `${name.slice(0, 9)}: ${status}`);
      await page.goto(`${issuer}/portal`);
    }
  }));

test("portal: no other site may frame it", () =>
  visit({}, async (page, context) => {
    await arrive(page);
    const home = page.url();
    context.removeAllListeners("console"); // it says there what it refuses
    for (const path of [home, `${home}/clients/new`, `${issuer}/portal/settings`]) {
      const answer = await page.request.get(path);
      assert.match(answer.headers()["content-security-policy"], /frame-ancestors 'none'/);
      const other = await context.newPage();
      await other.goto(demo.dotypos.redirect_uri);
      const refused = other.waitForEvent("requestfailed");
      await other.evaluate((address) => {
        const frame = document.createElement("iframe");
        frame.src = address;
        document.body.append(frame);
      }, path);
      assert.equal((await refused).failure().errorText, "net::ERR_BLOCKED_BY_RESPONSE");
      await other.close();
    }
  }));

test("portal: another site cannot send its forms", () =>
  visit({}, async (page, context) => {
    await arrive(page);
    const client = `${issuer}/portal/clients/fjordline-position-sync`;
    await page.goto(client);
    const form_token = await page.locator("input[name=form_token]").first().inputValue();
    const other = await context.newPage();
    await sendFromElsewhere(other, `${client}/state`, { form_token, to: "disabled" });
    // The cookie does not come along: whoever sent it is shown the question instead.
    await shows(other, "Disable Position sync?");
    for (const origin of ["https://portal.example.net", "null"]) {
      const answer = await page.request.post(`${client}/state`, {
        headers: { origin },
        form: { form_token, to: "disabled" },
        maxRedirects: 0,
      });
      assert.equal(answer.status(), 403, origin);
    }
    const without = await page.request.post(`${client}/state`, {
      headers: { origin: issuer },
      form: { to: "disabled" },
      maxRedirects: 0,
    });
    assert.ok([400, 403].includes(without.status()), `${without.status()}`);
    await page.goto(client);
    assert.equal(await page.getByRole("button", { name: "Disable" }).count(), 1);
  }));

test("portal: a form from before signing out changes nothing", () =>
  visit({}, async (page, context) => {
    await arrive(page);
    const home = page.url();
    await newClient(page);
    const name = unique("From before");
    await fillIn(page, name);
    const other = await context.newPage();
    await other.goto(`${issuer}/portal`);
    await signOut(other);
    await page.getByRole("button", { name: "Make the client" }).click();
    await shows(page, "Sign in");
    await signInAs(page, portal.admin);
    await page.waitForURL("**/portal/**");
    await page.goto(`${home}?q=${encodeURIComponent(name)}`);
    await page.getByText(`Nothing has “${name}”`).waitFor();
  }));

test("portal: nobody is led out of it after signing in", () =>
  visit({}, async (page) => {
    for (const next of [
      "//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)",
      "/portal/..//evil.example", "/portal\\@evil.example", "/%2f/evil.example", "\t//evil.example",
    ]) {
      await page.context().clearCookies();
      await page.goto(`${issuer}/sign-in?next=${encodeURIComponent(next)}`);
      await signInAs(page, portal.admin);
      await page.waitForURL((url) => url.pathname !== "/sign-in");
      assert.equal(new URL(page.url()).origin, issuer, next);
      const again = `${issuer}/sign-in/again?next=${encodeURIComponent(next)}`;
      await page.goto(again);
      await page.getByLabel("Password").fill(portal.admin.password);
      await page.getByRole("button", { name: "Go on" }).click();
      await page.waitForURL((url) => url.pathname !== "/sign-in/again");
      assert.equal(new URL(page.url()).origin, issuer, next);
    }
    await page.context().clearCookies();
    await page.goto(`${issuer}/portal/settings/password`);
    await signInAs(page, portal.admin);
    await shows(page, "Change the password");
  }));
