// Every page of the portal in both themes, wide and on a phone; and what each weighs.

import assert from "node:assert/strict";
import { test } from "node:test";

import { lookAt, weigh } from "./axe.mjs";
import { shows, signInAs, visit, withBrowser } from "./browser.mjs";
import { demo, somebodyElse } from "./demo.mjs";
import {
  arrive, fillIn, invite, mail, make, newAddress, newClient, openLink, until,
} from "./portal.mjs";

withBrowser();

const { issuer, dotypos, dualog, portal } = demo;
const member = somebodyElse();
const LIMIT = 50_000;
const CLIENT = "/portal/clients/fjordline-crew-import";
const CONNECTED = `/portal/clients/${dotypos.client_id}`;
const OPERATORS = "/portal/operator";

/** Where the pages of the person's organization are. */
const home = async (page) => {
  await page.goto(`${issuer}/portal`);
  return page.url();
};
const at = (path) => (page) => page.goto(issuer + path);
const inside = (path) => async (page) => page.goto((await home(page)) + path);
const press = (name) => (page) => page.getByRole("button", { name, exact: true }).click();
const follow = (name) => (page) => page.getByRole("link", { name }).first().click();
const asked = async (page) => {
  const { requestId } = await (async () => {
    const answer = await fetch(dualog.token_url, {
      method: "POST",
      headers: { authorization: `Basic ${btoa("fjordline-legacy-erp:prs_guessed")}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    return { requestId: answer.headers.get("x-request-id") };
  })();
  await until("the refusal is known", async () => {
    await page.goto(`${issuer}/portal/refusals?request=${requestId}`);
    return (await page.locator("#unknown").count()) === 0;
  });
};
const fillInWrongly = async (page) => {
  await inside("/clients/new")(page);
  await fillIn(page, "Noon report", ["crew_import"]);
  await page.getByLabel("Allowed networks").fill("203.0.113.0/24\n198.51.100.7/33");
  await page.getByRole("button", { name: "Make the client" }).click();
  await page.locator("#networks-wrong").waitFor();
};
const made = async (page) => {
  await newClient(page);
  await fillIn(page, "Noon report");
  await make(page);
};
const remove = async (page) => {
  await page.goto(issuer + CLIENT);
  await page.locator("table.secrets tbody tr").last().getByRole("link").last().click();
};
const someone = async (page) => {
  await inside("/members")(page);
  await page.locator("table").getByRole("link", { name: /Ingrid/ }).first().click();
};
const invitation = async (page) => {
  await invite(page, newAddress());
};

/** As the administrator: what leads to it, and its first heading. */
const pages = {
  organization: [[], /^Fjordline Shipping Group$/],
  "organization-found": [[inside("?q=crew")], /./],
  "organization-nothing": [[inside("?q=nothing-has-this")], /./],
  "organization-name": [[inside("/name")], /^Rename/],
  "organization-below": [[follow(/^Fjordline Bulk$/)], /^Fjordline Bulk$/],
  organizations: [[at("/portal/organizations")], /^Organizations$|^All organizations$/],
  members: [[inside("/members")], /^Members$/],
  "members-none": [[inside("/members?q=nobody-has-this")], /^Members$/],
  "members-change": [[someone], /^Ingrid Solvang$/],
  "members-invite": [[inside("/members/invite")], /^Invite a member$/],
  "members-invited": [[invitation], /^The invitation is sent$/],
  "new-client": [[inside("/clients/new")], /^New identity client$/],
  "new-client-wrong": [[fillInWrongly], /^New identity client$/],
  "secret-once": [[made], /^Store the secret now$/],
  client: [[at(CLIENT)], /^Crew import, payroll$/],
  "client-ends-soon": [[at("/portal/clients/fjordline-agent-bridge")], /^Port agent bridge$/],
  "client-expired": [[at("/portal/clients/fjordline-dry-dock")], /^Dry dock planner$/],
  "client-disabled": [[at("/portal/clients/fjordline-legacy-erp")], /^Legacy ERP$/],
  "client-edit": [[at(`${CLIENT}/edit`)], /^Edit/],
  "client-scopes": [[at(`${CLIENT}/scopes`)], /^Scopes of/],
  "client-rotate": [[at(`${CLIENT}/rotate`)], /^New secret for/],
  "client-secret": [[remove], /./],
  "client-delete": [[at(`${CLIENT}/delete`)], /^Delete/],
  explain: [[at("/portal/refusals")], /^Why was my call refused\?$/],
  "explain-unknown": [[at(`/portal/refusals?request=${"0".repeat(32)}`)], /^Why/],
  explained: [[asked], /./],
  usage: [[inside("/usage")], /^Usage$/],
  "usage-week": [[inside("/usage?span=7d")], /^Usage$/],
  audit: [[inside("/audit")], /^Audit$/],
  "audit-nothing": [[inside("/audit?subject=nothing-has-this")], /^Audit$/],
  settings: [[at("/portal/settings")], /^Settings$/],
  "settings-password": [[at("/portal/settings/password")], /^Change the password$/],
  "sign-in-again": [[at("/sign-in/again?next=/portal/settings")], /./],
  "not-there": [[at("/portal/clients/nobody-has-this")], /./],
  "docs-list": [[at("/portal/docs")], /^API documentation$/],
};

const contract = async (page) => {
  await page.goto(`${issuer}${OPERATORS}/organizations?q=4210`);
  await page.getByRole("link", { name: /^Contract/ }).first().click();
};
const person = async (page) => {
  await page.goto(`${issuer}${OPERATORS}/people?q=ingrid`);
  await page.locator("table").getByRole("link").first().click();
};
const oneDialect = async (page) => {
  await page.goto(`${issuer}${OPERATORS}/dialects`);
  await page.locator("main table a, main li a").first().click();
};

/** As one of the vendor's own staff. */
const operators = {
  operator: [[at(OPERATORS)], /./],
  "operator-organizations": [[at(`${OPERATORS}/organizations`)], /^Organizations$/],
  "operator-organizations-none": [[at(`${OPERATORS}/organizations?q=nothing-has-this`)], /./],
  "operator-organization-new": [[at(`${OPERATORS}/organizations/new`)], /^Enter an organization$/],
  "operator-contract": [[contract], /^Fjordline Tankers$/],
  "operator-people": [[at(`${OPERATORS}/people`)], /^People$/],
  "operator-person-new": [[at(`${OPERATORS}/people/new`)], /^Enter a person$/],
  "operator-person": [[person], /^Ingrid Solvang$/],
  "operator-services": [[at(`${OPERATORS}/services`)], /^Services$/],
  "operator-keys": [[at(`${OPERATORS}/keys`)], /^Signing keys$/],
  "operator-key-rotate": [[at(`${OPERATORS}/keys`), follow(/^Rotate now/)], /^Rotate the key\?$/],
  "operator-dialects": [[at(`${OPERATORS}/dialects`)], /^Dialects$/],
  "operator-dialect": [[oneDialect], /./],
  "client-connected": [[at(CONNECTED)], /^Plateline Orders$/],
  "client-connections": [[at(`${CONNECTED}/connections`)], /^Connections$/],
  "client-connection-to-end": [[at(`${CONNECTED}/connections`), follow(/^End/)], /^End the connection/],
  "operator-node": [[at(`${OPERATORS}/node`)], /^This node$/],
  "operator-audit": [[at(`${OPERATORS}/audit`)], /^Audit$/],
};

const forgotten = [at("/sign-in"), follow("Forgotten password?")];
const sent = async (page) => {
  await page.getByLabel("E-mail").fill(portal.member.email);
  await press("Send the link")(page);
};
const chosen = async (page) => {
  await openLink(page, await mail(portal.member.email, "Choose a new password"));
};
const invited = async (page) => {
  await arrive(page);
  const letter = await invite(page, newAddress());
  await page.context().clearCookies();
  await openLink(page, letter, "Look at the invitation");
};

/** Of nobody yet. */
const strangers = {
  "password-forgotten": [forgotten, /^Forgotten password$/],
  "password-sent": [[...forgotten, sent], /^Look into your mail$/],
  "password-new": [[...forgotten, sent, chosen], /^Choose a new password$/],
  welcome: [[at("/portal/welcome")], /^Accept an invitation$/],
  "welcome-join": [[invited], /^Join Fjordline Shipping Group$/],
};

/** As a member, who may do less. */
const members = {
  "organization-as-member": [[], /^Skagen Offshore$|^Fjordline Shipping Group$/],
  "client-as-member": [[at(CLIENT)], /^Crew import, payroll$/],
};

const sessions = new Map();

/** The cookies of somebody who signed in once, for all of these tests. */
async function signedIn(person) {
  if (!sessions.has(person)) {
    await visit({}, async (page, context) => {
      await page.goto(`${issuer}/portal`);
      await signInAs(page, person);
      await page.waitForURL(`${issuer}/portal/**`);
      sessions.set(person, await context.storageState());
    });
  }
  return sessions.get(person);
}

async function walk(page, name, [steps, heading], colorScheme) {
  for (const step of steps) await step(page);
  await page.getByRole("heading", { level: 1, name: heading }).first().waitFor();
  await lookAt(page, name, colorScheme);
}

for (const [whose, person, all] of [
  ["an admin's", portal.admin, pages],
  ["an operator's", portal.operator, operators],
  ["a member's", member, members],
]) {
  for (const colorScheme of ["light", "dark"]) {
    for (const [name, one] of Object.entries(all)) {
      test(`looks: ${name}, ${whose}, ${colorScheme}`, async () => {
        const storageState = await signedIn(person);
        await visit({ colorScheme, storageState }, async (page) => {
          await page.goto(`${issuer}/portal`);
          await walk(page, name, one, colorScheme);
        });
      });
    }
  }
}

for (const colorScheme of ["light", "dark"]) {
  for (const [name, one] of Object.entries(strangers)) {
    test(`looks: ${name}, ${colorScheme}`, () =>
      visit({ colorScheme }, (page) => walk(page, name, one, colorScheme)));
  }
}

/** The pages that hold most. */
const HEAVY = {
  admin: [
    "", "/members", "/clients/new", "/usage", "/audit", CLIENT, `${CLIENT}/rotate`,
    "/portal/settings", "/portal/docs", "/portal/refusals",
  ],
  operator: [
    OPERATORS, "organizations", "people", "services", "keys", "dialects", "node", "audit",
  ].map((path) => (path === OPERATORS ? path : `${OPERATORS}/${path}`)),
};

for (const [whose, paths] of Object.entries(HEAVY)) {
  test(`weight: each page of the ${whose} is below ${LIMIT} bytes`, () =>
    visit({}, async (page) => {
      await page.goto(`${issuer}/portal`);
      await signInAs(page, portal[whose]);
      await page.waitForURL(`${issuer}/portal/**`);
      const base = page.url();
      const heavy = {};
      for (const path of paths) {
        const bytes = await weigh(page, path.startsWith("/portal") ? issuer + path : base + path);
        if (process.env.WEIGHTS) console.error(path || "/", bytes);
        assert.ok(bytes > 2_000, `${path}: nothing was weighed`);
        if (bytes >= LIMIT) heavy[path || "/"] = bytes;
      }
      assert.deepEqual(heavy, {});
    }));
}

test("weight: signing in is below it as well", () =>
  visit({}, async (page) => {
    const bytes = await weigh(page, `${issuer}/sign-in`);
    assert.ok(bytes < LIMIT, `${bytes}`);
    await shows(page, "Sign in");
  }));
