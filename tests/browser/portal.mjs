// The portal's people: their mails, their clients, and the calls of their programs.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { shows, signInAs } from "./browser.mjs";
import { demo } from "./demo.mjs";

const { issuer, dualog, portal } = demo;

/** Where the demo's mails arrive. */
const MAIL = join(dirname(process.env.DEMO_JSON), "mail");
/** The organization of the demo's administrator. */
export const HOME = "Fjordline Shipping Group";

let number = 0;

/** Text that no other test uses. */
export function unique(text) {
  number += 1;
  return `${text} ${process.pid}-${number}`;
}

/** An address that nobody has. */
export const newAddress = () => `${unique("astrid").replace(" ", ".")}@example.com`;

/** Tries until it answers something; says what was awaited when it never does. */
export async function until(what, attempt, seconds = 15) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await attempt();
    if (found) return found;
    assert.ok(Date.now() < end, `never: ${what}`);
    await pause(100);
  }
}

/** The last mail to somebody with this in its subject: its words, link and code. */
export const mail = (to, subject) =>
  until(`a mail to ${to} with ${subject}`, () => {
    const raws = readdirSync(MAIL)
      .filter((name) => name.endsWith(".eml"))
      .sort()
      .map((name) => readFileSync(join(MAIL, name), "utf8"));
    const all = raws.map(read).filter((one) => one.to === to && one.subject.includes(subject));
    return all.at(-1);
  });

function read(raw) {
  const header = (name) =>
    raw.replaceAll("\r\n ", " ").match(new RegExp(`^${name}: (.*)$`, "m"))?.[1].trim() ?? "";
  const boundary = raw.match(/boundary="([^"]+)"/)?.[1];
  const part = raw.split(`--${boundary}`).findLast((one) => one.includes("text/plain")) ?? raw;
  const [head, ...rest] = part.trimStart().split("\r\n\r\n");
  const text = decoded(head, rest.join("\r\n\r\n")).replaceAll("\r\n", "\n");
  const link = text.match(/^(http\S+)#(\S+)$/m);
  return {
    to: header("To"),
    subject: words(header("Subject")),
    text,
    link: link?.[0],
    page: link?.[1],
    code: link?.[2],
  };
}

function decoded(head, body) {
  if (/base64/i.test(head)) return Buffer.from(body, "base64").toString("utf8");
  if (/quoted-printable/i.test(head)) return unquoted(body.replaceAll("=\r\n", ""));
  return body;
}

const unquoted = (text) =>
  Buffer.from(
    text.replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))),
    "latin1",
  ).toString("utf8");

const words = (text) =>
  text.replace(/=\?utf-8\?b\?([^?]*)\?=\s*/gi, (_, coded) =>
    Buffer.from(coded, "base64").toString("utf8"),
  );

/** Signs in and comes to the organization. */
export async function arrive(page, person = portal.admin, heading = HOME) {
  await page.goto(`${issuer}/portal`);
  await signInAs(page, person);
  await shows(page, heading);
}

/** Leaves by the menu. */
export async function signOut(page) {
  const bar = page.getByRole("banner");
  await bar.locator("summary:visible").last().click();
  await bar.getByRole("button", { name: "Sign out" }).filter({ visible: true }).click();
  await shows(page, "You are signed out");
}

/** The register's link to the form for a new client. */
export const newClient = (page) =>
  page.getByRole("link", { name: "New identity client", exact: true }).click();

/** Fills in that form: for the organization, with these scopes beside the basic one. */
export async function fillIn(page, name, scopes = ["crew_read"]) {
  await shows(page, "New identity client");
  const organization = page.locator("#owner input").first();
  if (!(await organization.isChecked())) await organization.check();
  await page.getByLabel("Name", { exact: true }).fill(name);
  for (const scope of scopes) {
    await page.locator("#scopes label.tick", { hasText: scope }).getByRole("checkbox").check();
  }
}

/** Presses the button; without a script a page asks once more. Answers id and secret. */
export async function make(page) {
  await page.getByRole("button", { name: "Make the client" }).click();
  const secret = page.getByRole("heading", { level: 1, name: "Store the secret now" });
  const question = page.getByText("Read once more");
  await secret.or(question).first().waitFor();
  if (await question.isVisible()) {
    await page.getByRole("button", { name: "Make the client" }).click();
  }
  await shows(page, "Store the secret now");
  return secretShown(page);
}

/** Id and secret, as the page that shows them once has them. */
export async function secretShown(page) {
  const read = (selector) => page.locator(selector).innerText();
  return { client_id: await read("#client-id"), client_secret: await read("#secret") };
}

/** Makes a client in one go, by somebody who has signed in. */
export async function madeClient(page, name, scopes) {
  await page.goto(`${issuer}/portal`);
  await newClient(page);
  await fillIn(page, name, scopes);
  const client = await make(page);
  await page.getByRole("link", { name: "I have stored it" }).click();
  await shows(page, name);
  return client;
}

/** Asks for a token as a program does: status, body, request id. */
export const askToken = ({ client_id, client_secret }, scope = "organization_read") =>
  call(dualog.token_url, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString("base64")}`,
    },
    body: new URLSearchParams({ grant_type: "client_credentials", scope }),
  });

/** A token that is granted. */
export async function token(client, scope) {
  const { status, body } = await askToken(client, scope);
  assert.equal(status, 200, JSON.stringify(body));
  return body.access_token;
}

/** Lists the organization's ships with a token. */
export const ships = (accessToken) =>
  call(`${dualog.ships_url}?organizationId=${dualog.organization_id}`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });

async function call(address, options) {
  const answer = await fetch(address, options);
  const requestId = answer.headers.get("x-request-id");
  return { status: answer.status, requestId, body: await answer.json() };
}

/** Pastes a request id into "Why was my call refused?", once it is known. */
export async function explained(page, address, requestId) {
  await until(`an explanation of ${requestId}`, async () => {
    await page.goto(address);
    await page.getByLabel("Why was my call refused?").fill(requestId);
    await page.getByRole("button", { name: "Explain" }).click();
    await page.locator("main h1").waitFor();
    return (await page.locator("#unknown").count()) === 0;
  });
  return page.locator("main").innerText();
}

/** Invites somebody as an admin; answers the mail that they get. */
export async function invite(page, email, role = "Admin") {
  await page.goto(`${issuer}/portal`);
  await page.getByRole("link", { name: "Invite a member" }).first().click();
  await shows(page, "Invite a member");
  await page.getByLabel("E-mail").fill(email);
  await page.locator("label.tile", { hasText: role }).getByRole("radio").check();
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await shows(page, "The invitation is sent");
  return mail(email, "invites you");
}

/** Opens the link of a mail; without a script the code is typed in. */
export async function openLink(page, { link, code }, look) {
  await page.goto(link);
  if (!(await page.locator("#code").inputValue())) await page.locator("#code").fill(code);
  assert.ok(!(await page.title()).includes(code));
  if (look) await page.getByRole("button", { name: look }).click();
}

/** Accepts an invitation as somebody new. */
export async function accept(page, invitation, { name, password, heading = HOME }) {
  await openLink(page, invitation, "Look at the invitation");
  await shows(page, `Join ${heading}`);
  await page.getByLabel("Your name").fill(name);
  await page.getByLabel("New password", { exact: true }).fill(password);
  await page.getByLabel("New password once more").fill(password);
  await page.getByRole("button", { name: "Join" }).click();
  await shows(page, heading);
}
