// The connector without a mouse: Tab, arrows and Enter.

import assert from "node:assert/strict";
import { test } from "node:test";

import { arrived, shows, visit, withBrowser } from "./browser.mjs";
import { demo, first, opens } from "./demo.mjs";

withBrowser();

const { user, cloud_ids: [cafe] } = demo.dotypos;

/** Signs in; the address has the focus already. */
async function typeIn(page) {
  await page.locator("#email:focus").waitFor();
  await page.keyboard.type(user.email);
  assert.equal(await tab(page), "Password");
  await page.keyboard.type(user.password);
  await page.keyboard.press("Enter");
}

/** Presses Tab; answers what has the focus, and asserts that one can see and hit it. */
async function tab(page) {
  await page.keyboard.press("Tab");
  const { ring, height, name } = await page.locator(":focus").evaluate((element) => {
    // A tile shows it for the button in it.
    const shown = element.type === "radio" ? element.labels[0] : element;
    const style = getComputedStyle(shown);
    return {
      ring: style.outlineStyle === "none" ? 0 : parseFloat(style.outlineWidth),
      height: shown.getBoundingClientRect().height,
      name: (element.labels?.[0] ?? element).innerText.split("\n")[0].trim(),
    };
  });
  assert.ok(ring >= 2, `one cannot see where ${name} is`);
  assert.ok(height >= 24, `${name} is ${height} px high`);
  return name;
}

const stops = async (page, count) => {
  const names = [];
  for (let stop = 0; stop < count; stop += 1) names.push(await tab(page));
  return names;
};

for (const javaScriptEnabled of [true, false]) {
  const scripts = javaScriptEnabled ? "with scripts" : "without scripts";

  test(`keyboard, ${scripts}: sign in, choose the second cloud, grant`, () =>
    visit({ javaScriptEnabled }, async (page) => {
      await page.goto(first());
      await shows(page, "Sign in");
      await typeIn(page);
      await shows(page, "Let Plateline Orders work in your clouds?");

      assert.deepEqual(await stops(page, 2), ["Skip to the page", "Not you?"]);
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Enter"); // skips
      const [tile, refuse, granting] = await stops(page, 3);
      assert.match(tile, /^Bistro Na Nábřeží/);
      assert.deepEqual([refuse, granting], ["Refuse", "Grant access"]);
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("ArrowDown");
      assert.deepEqual(await stops(page, 2), ["Refuse", "Grant access"]);
      await page.keyboard.press("Enter");
      const { token, cloudid } = await arrived(page);
      assert.equal(cloudid, cafe);
      await opens(token, cloudid);
    }));
}

test("keyboard: Refuse is on the way, and Enter on it grants nothing", () =>
  visit({}, async (page) => {
    await page.goto(first());
    await typeIn(page);
    await shows(page, "Let Plateline Orders work in your clouds?");
    while ((await tab(page)) !== "Refuse");
    await page.keyboard.press("Space");
    await shows(page, "Nothing has been granted");
  }));

test("keyboard: a connection is ended", () =>
  visit({}, async (page) => {
    await page.goto(`${demo.issuer}/connections`);
    await typeIn(page);
    await shows(page, "Connections");
    const rows = page.getByRole("table").getByRole("row");
    const before = await rows.count();
    while (!(await tab(page)).startsWith("End"));
    await page.keyboard.press("Enter");
    await shows(page, "End the connection of Plateline Orders?");
    while ((await tab(page)) !== "End it for good");
    await page.keyboard.press("Enter");
    await page.getByRole("status").waitFor();
    assert.ok((await rows.count()) < before);
  }));
