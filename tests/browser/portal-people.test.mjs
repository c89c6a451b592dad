// People in the portal: what a member may, whose pages one sees, sessions, passwords.

import assert from "node:assert/strict";
import { test } from "node:test";

import { shows, signInAs, visit, withBrowser } from "./browser.mjs";
import { demo, somebodyElse } from "./demo.mjs";
import {
  HOME, accept, arrive, fillIn, invite, mail, make, newAddress, newClient, openLink,
} from "./portal.mjs";

withBrowser();

const { issuer } = demo;
const CREW = `${issuer}/portal/clients/fjordline-crew-import`;

/** Invites somebody new, who joins in the same browser; answers who they are. */
async function newPerson(page, context, role) {
  const person = { email: newAddress(), password: "two calm berths", name: "Runa Dahl" };
  await arrive(page);
  const invitation = await invite(page, person.email, role);
  await context.clearCookies();
  await accept(page, invitation, person);
  return person;
}

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`portal, ${scripts}: a member is offered nothing that only admins may`, () =>
    visit({ javaScriptEnabled }, async (page) => {
      await page.goto(`${issuer}/portal`);
      await signInAs(page, somebodyElse());
      await page.waitForURL("**/portal/organizations/**");
      await page.goto(CREW);
      await shows(page, "Crew import, payroll");
      const main = page.locator("main");
      for (const name of ["Edit", "Rotate secret", "Change scopes", "Delete…"]) {
        assert.equal(await main.getByRole("link", { name }).count(), 0, name);
      }
      assert.equal(await main.getByRole("button", { name: "Disable" }).count(), 0);
      assert.equal(await main.getByRole("link", { name: /^Remove/ }).count(), 0);
      for (const path of ["/edit", "/scopes", "/rotate", "/delete", "/state"]) {
        const status = (await page.goto(CREW + path)).status();
        assert.ok([403, 404].includes(status), `${path}: ${status}`);
      }
      await page.goto(CREW);
      await page.locator(".crumbs a").first().click();
      await shows(page, HOME);
      const home = page.url().split("#")[0];
      assert.equal(await page.getByRole("link", { name: /^Invite/ }).count(), 0);
      assert.equal(await page.getByRole("link", { name: "Rename" }).count(), 0);
      for (const path of ["/members/invite", "/name"]) {
        const status = (await page.goto(home + path)).status();
        assert.ok([403, 404].includes(status), `${path}: ${status}`);
      }
      assert.equal((await page.goto(`${issuer}/portal/operator`)).status(), 403);
      // A client of their own they may make.
      await page.goto(`${home}/clients/new`);
      await shows(page, "New identity client");
      assert.equal(await page.locator("#owner input").count(), 1);
    }));

  test(`portal, ${scripts}: a forgotten password, and everything signed out`, () =>
    visit({ javaScriptEnabled }, async (page, context) => {
      const person = await newPerson(page, context, "Member");
      const [signedIn] = (await context.cookies()).filter(({ name }) => name === "portreeve");
      await context.clearCookies();
      await page.goto(`${issuer}/sign-in`);
      await page.getByRole("link", { name: "Forgotten password?" }).click();
      await shows(page, "Forgotten password");
      // The same is said of an address that nobody has.
      await page.getByLabel("E-mail").fill("nobody@example.com");
      await page.getByRole("button", { name: "Send the link" }).click();
      await shows(page, "Look into your mail");
      await page.goto(`${issuer}/portal/password/forgotten`);
      await page.getByLabel("E-mail").fill(person.email);
      await page.getByRole("button", { name: "Send the link" }).click();
      await shows(page, "Look into your mail");
      const letter = await mail(person.email, "Choose a new password");
      const choose = async (first, again) => {
        await page.getByLabel("New password", { exact: true }).fill(first);
        await page.getByLabel("New password once more").fill(again);
        await page.getByRole("button", { name: "Set the password" }).click();
      };
      await openLink(page, letter);
      await choose("seven grey gulls", "seven grey seals");
      await page.locator("#twice-wrong").waitFor();
      await choose("seven grey gulls", "seven grey gulls");
      await shows(page, "Sign in");
      await page.getByRole("status").filter({ hasText: "Your password is changed" }).waitFor();
      await mail(person.email, "was changed");
      await signInAs(page, person);
      await page.locator("#failure").waitFor();
      await signInAs(page, { ...person, password: "seven grey gulls" });
      await shows(page, HOME);
      await openLink(page, letter);
      await choose("eight grey gulls", "eight grey gulls");
      await page.locator("#code-wrong").waitFor();
      await context.clearCookies();
      await context.addCookies([signedIn]);
      await page.goto(`${issuer}/portal`);
      await shows(page, "Sign in");
    }));

  test(`portal, ${scripts}: signing out elsewhere ends it there`, () =>
    visit({ javaScriptEnabled }, async (page, context) => {
      const person = await newPerson(page, context, "Member");
      const there = await context.browser().newContext({ javaScriptEnabled });
      try {
        const other = await there.newPage();
        await arrive(other, person);
        await page.goto(`${issuer}/portal/settings`);
        await shows(page, "Settings");
        const rows = page.locator("#sessions tbody tr");
        assert.equal(await rows.count(), 2);
        await page.getByRole("button", { name: "End all others" }).click();
        await page.getByRole("status").filter({ hasText: "have ended" }).waitFor();
        assert.equal(await rows.count(), 1);
        await other.goto(`${issuer}/portal/settings`);
        await shows(other, "Sign in");
        await signInAs(other, person);
        await shows(other, "Settings");
        await page.goto(`${issuer}/portal/settings`);
        await rows.getByRole("button", { name: /^End/ }).click();
        await page.getByRole("status").filter({ hasText: "has ended" }).waitFor();
        await other.goto(`${issuer}/portal/settings`);
        await shows(other, "Sign in");
      } finally {
        await there.close();
      }
    }));
}

test("portal: another organization's pages are not there", () =>
  visit({}, async (page, context) => {
    await page.goto(`${issuer}/portal`);
    await signInAs(page, demo.portal.operator);
    await page.goto(`${issuer}/portal/operator/organizations?q=6100`);
    const foreign = await page.locator("table tbody th a").first().getAttribute("href");
    assert.match(foreign, /^\/portal\/organizations\/org_/);
    await context.clearCookies();
    await arrive(page);
    for (const path of [
      foreign, `${foreign}/members`, `${foreign}/members/invite`, `${foreign}/clients/new`,
      `${foreign}/usage`, `${foreign}/audit`, `${foreign}/audit.csv`, `${foreign}/clients.csv`,
      `${foreign}/name`, "/portal/clients/meridian-berth-planner",
      "/portal/clients/meridian-berth-planner/rotate", "/portal/operator",
      "/portal/operator/organizations", "/portal/operator/people", "/portal/operator/keys",
      "/portal/operator/audit.csv",
    ]) {
      const answer = await page.request.get(issuer + path, { maxRedirects: 0 });
      const expected = path.startsWith("/portal/operator") ? 403 : 404;
      assert.equal(answer.status(), expected, path);
      assert.ok(!(await answer.text()).includes("Meridian"), path);
    }
  }));

test("portal: the keyboard alone makes a client", () =>
  visit({}, async (page) => {
    await arrive(page);
    const focused = () =>
      page.locator(":focus").evaluate((element) => {
        const shown = ["radio", "checkbox"].includes(element.type) ? element.labels[0] : element;
        const ring = (one) => {
          const { outlineStyle, outlineWidth } = getComputedStyle(one);
          return outlineStyle === "none" ? 0 : parseFloat(outlineWidth);
        };
        return {
          ring: Math.max(ring(shown), ring(element)),
          name: (element.labels?.[0] ?? element).textContent.replace(/\s+/g, " ").trim(),
        };
      });
    const tabTo = async (name) => {
      for (let stop = 0; stop < 80; stop += 1) {
        await page.keyboard.press("Tab");
        const at = await focused();
        assert.ok(at.ring >= 2, `one cannot see where ${at.name} is`);
        if (at.name.startsWith(name)) return;
      }
      assert.fail(`Tab never comes to ${name}`);
    };
    await tabTo("New identity client");
    await page.keyboard.press("Enter");
    await shows(page, "New identity client");
    await tabTo(HOME);
    await page.keyboard.press("Space");
    await tabTo("Name");
    await page.keyboard.type("Keyboard log");
    await tabTo("crew_read");
    await page.keyboard.press("Space");
    await tabTo("Make the client");
    await page.keyboard.press("Enter");
    await shows(page, "Store the secret now");
    await tabTo("Copy");
    await tabTo("I have stored it");
    await page.keyboard.press("Enter");
    await shows(page, "Keyboard log");
    assert.match(await page.locator("main").innerText(), /crew_read/);
    // And away with it.
    await tabTo("Delete…");
    await page.keyboard.press("Enter");
    await page.locator("#delete-name:focus").waitFor();
    await page.keyboard.type("Keyboard log");
    await tabTo("Delete for good");
    await page.keyboard.press("Enter");
    await shows(page, HOME);
  }));

test("portal: pressed twice, it is one client", () =>
  visit({}, async (page) => {
    await arrive(page);
    const rows = page.locator("#clients tbody tr");
    const before = await rows.count();
    await newClient(page);
    await fillIn(page, "Pressed twice");
    await page.getByRole("button", { name: "Make the client" }).dblclick();
    await shows(page, "Store the secret now");
    await page.goto(`${issuer}/portal`);
    assert.equal(await rows.count(), before + 1);
    await page.locator("#clients").getByRole("link", { name: "Pressed twice" }).waitFor();
  }));

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`portal, ${scripts}: loaded again, the page of the secret makes no second client`, () =>
    visit({ javaScriptEnabled }, async (page) => {
      await arrive(page);
      const name = `Loaded again ${scripts}`;
      await newClient(page);
      await fillIn(page, name);
      const { client_secret } = await make(page);
      await page.reload();
      await shows(page, name);
      const source = await page.content();
      assert.ok(!source.includes(client_secret) && source.includes("made already"));
      await page.goto(`${issuer}/portal`);
      const rows = page.locator("#clients tbody tr", { hasText: name });
      assert.equal(await rows.count(), 1);
    }));
}
