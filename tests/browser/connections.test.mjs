// A person sees what was granted, and ends it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { grant, shows, signInAs, visit, withBrowser } from "./browser.mjs";
import { demo, first, opens, products, signIn, somebodyElse } from "./demo.mjs";

withBrowser();

const [cafe, bistro] = demo.dotypos.cloud_ids;

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`connections, ${scripts}: what is ended is refused by the next request`, () =>
    visit({ javaScriptEnabled }, async (page) => {
      await page.goto(first());
      await signInAs(page);
      const { token } = await grant(page, bistro);
      const access = await opens(token, bistro);

      await page.goto(`${demo.issuer}/connections`);
      await shows(page, "Connections");
      const rows = page.getByRole("table").getByRole("row");
      const before = await rows.count();
      const newest = rows.nth(1);
      for (const text of ["Plateline Orders", "Bistro Na Nábřeží", "just now"]) {
        assert.ok((await newest.innerText()).includes(text), await newest.innerText());
      }
      await newest.getByRole("link", { name: "End" }).click();
      await shows(page, "End the connection of Plateline Orders?");
      await page.getByRole("link", { name: "Cancel" }).click();
      await shows(page, "Connections");
      assert.equal((await signIn(token, bistro)).status, 201, "kept");

      await newest.getByRole("link", { name: "End" }).click();
      await page.getByRole("button", { name: "End it for good" }).click();
      await shows(page, "Connections");
      await page.getByRole("status").waitFor();
      assert.match(await page.getByRole("status").innerText(), /Plateline Orders has ended/);
      assert.equal(await rows.count(), before - 1);
      for (const cloud of [bistro, cafe, undefined]) {
        const { status, body } = await signIn(token, cloud);
        assert.deepEqual([status, body.reason], [401, "INVALID_REFRESH_TOKEN"]);
      }
      const answer = await products(access, bistro);
      assert.deepEqual([answer.status, answer.body.reason], [403, "INVALID_ACCESS_TOKEN"]);
    }));
}

test("connections: nobody sees or ends another person's", () =>
  visit({}, async (page, context) => {
    await page.goto(`${demo.issuer}/connections`);
    await signInAs(page);
    await shows(page, "Connections");
    const end = page.getByRole("link", { name: "End" }).first();
    const address = new URL(await end.getAttribute("href"), demo.issuer).href;
    await context.clearCookies();
    await page.goto(address);
    await shows(page, "Sign in");
    // Whoever signs in comes to where they wanted to, and there is nothing for them.
    await signInAs(page, somebodyElse());
    await shows(page, "There is nothing at this address");
    await page.goto(`${demo.issuer}/connections`);
    await shows(page, "Connections");
    await page.getByRole("heading", { name: "No application acts for you" }).waitFor();
    const answer = await page.goto(address);
    assert.equal(answer.status(), 404);
  }));
