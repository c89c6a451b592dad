// People sign in, fail to, and leave.

import assert from "node:assert/strict";
import { test } from "node:test";

import { shows, signInAs, visit, withBrowser } from "./browser.mjs";
import { demo, guessed } from "./demo.mjs";

withBrowser();

const { user } = demo.dotypos;
const WRONG = "That e-mail and password do not belong together.";
const said = (page) => page.locator("#failure").innerText();
const cookie = async (context) =>
  (await context.cookies()).find(({ name }) => name === "portreeve");

test("sign in: the cookie is another afterwards, and no script can read it", () =>
  visit({}, async (page, context) => {
    await page.goto(`${demo.issuer}/connections`);
    const before = await cookie(context);
    await signInAs(page);
    await shows(page, "Connections");
    const during = await cookie(context);
    assert.notEqual(during.value, before.value);
    assert.deepEqual([during.httpOnly, during.sameSite, during.path], [true, "Lax", "/"]);
    assert.equal(during.expires, -1, "it ends with the browser");
    assert.equal(await page.evaluate(() => document.cookie), "");
    // Whoever prepared the first id for this browser has nothing.
    await context.addCookies([before]);
    await page.goto(`${demo.issuer}/connections`);
    await shows(page, "Sign in");
  }));

test("sign out: nothing can be looked at afterwards, not even with the old cookie", () =>
  visit({}, async (page, context) => {
    await page.goto(`${demo.issuer}/connections`);
    await signInAs(page);
    await shows(page, "Connections");
    const during = await cookie(context);
    await page.getByRole("banner").locator("summary:visible").last().click();
    await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
    await shows(page, "You are signed out");
    assert.equal(await cookie(context), undefined);
    await page.goto(`${demo.issuer}/connections`);
    await shows(page, "Sign in");
    await context.addCookies([during]);
    await page.goto(`${demo.issuer}/connections`);
    await shows(page, "Sign in");
  }));

test("sign out: without a script the menu opens, and the page asks first", () =>
  visit({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${demo.issuer}/connections`);
    await signInAs(page);
    await shows(page, "Connections");
    await page.goto(`${demo.issuer}/sign-out`);
    await shows(page, "Sign out?");
    await page.getByRole("link", { name: "Stay" }).click();
    await page.getByRole("banner").locator("summary:visible").last().click();
    await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
    await shows(page, "You are signed out");
  }));

test("a wrong password: the address stays, the password does not, and all is said", () =>
  visit({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${demo.issuer}/connections`);
    const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
    await signInAs(page, { email: user.email, password: "not the password" });
    assert.equal((await answered).status(), 401);
    await page.locator("#failure").waitFor();
    assert.match(await said(page), new RegExp(`^${WRONG} You can try \\d more times, then we`));
    assert.equal(await page.getByLabel("E-mail").inputValue(), user.email);
    assert.equal(await page.getByLabel("Password").inputValue(), "");
    assert.equal(await page.getByLabel("Password").getAttribute("aria-invalid"), "true");
    await signInAs(page);
    await shows(page, "Connections");
  }));

/** What is said to somebody who does not know a password, until the door closes. */
async function guesses(page, email) {
  const texts = [];
  await page.goto(`${guessed.issuer}/sign-in`);
  for (let status = 401; status === 401; ) {
    const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
    await signInAs(page, { email, password: "not the password" });
    const answer = await answered;
    status = answer.status();
    await answer.finished();
    await page.locator("#failure").waitFor();
    texts.push(await said(page));
    assert.ok(texts.length < 10, "the door never closes");
    if (status === 429) assert.ok(Number(answer.headers()["retry-after"]) > 0);
  }
  return texts;
}

test("who guesses is told how long to wait, and an unknown person the very same", () =>
  visit({}, async (page) => {
    const { email } = guessed.dotypos.user;
    const texts = await guesses(page, email);
    assert.deepEqual(texts.slice(0, -1), [
      `${WRONG} You can try 4 more times, then we ask you to wait 1 minute.`,
      `${WRONG} You can try 3 more times, then we ask you to wait 1 minute.`,
      `${WRONG} You can try 2 more times, then we ask you to wait 1 minute.`,
      `${WRONG} You can try once more, then we ask you to wait 1 minute.`,
      `${WRONG} Wait 1 minute before you try again.`,
    ]);
    const last = /^Too many attempts from where you are\. Wait \d+ seconds, then try again\.$/;
    assert.match(texts.at(-1), last);
    const unknown = await guesses(page, "nobody@example.com");
    assert.deepEqual(unknown.slice(0, -1), texts.slice(0, -1));
    assert.match(unknown.at(-1), last);
    // Waiting is asked of whoever knows the password as well; others are not disturbed.
    await signInAs(page, guessed.dotypos.user);
    await page.locator("#failure").waitFor();
    assert.match(await said(page), last);
  }));
