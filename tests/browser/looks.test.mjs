// Every page in both themes, wide and on a phone: axe finds nothing, nothing scrolls
// sideways, and a picture is left for people.

import { test } from "node:test";

import { lookAt } from "./axe.mjs";
import { grant, sendFromElsewhere, shows, signInAs, visit, withBrowser } from "./browser.mjs";
import { demo, first, second, somebodyElse } from "./demo.mjs";

withBrowser();

const { issuer, dotypos } = demo;
const ASKS = "Let Plateline Orders work in your clouds?";

const go = (path) => (page) => page.goto(issuer + path);
const ask = (page) => page.goto(first());
const press = (name) => (page) => page.getByRole("button", { name, exact: true }).click();
const follow = (name) => (page) => page.getByRole("link", { name }).first().click();
const late = (page) => sendFromElsewhere(page, dotypos.connect_v2_url, second({ late: -420 }));
const asks = (page) => shows(page, ASKS);
const wrongly = (page) => signInAs(page, { email: "nobody@example.com", password: "x" });
const failed = (page) => page.locator("#failure").waitFor();
const grantFirst = (page) => grant(page, dotypos.cloud_ids[0]);
const answerTwice = async (page) => {
  const asking = page.url();
  await grantFirst(page);
  await page.goto(asking);
  await page.locator(`input[value="${dotypos.cloud_ids[1]}"]`).check();
  await press("Grant access")(page);
};
const asSomebodyElse = (page) => signInAs(page, somebody);
const somebody = somebodyElse();

/** The pages, each by the steps that lead to it; what is answered last is looked at. */
const pages = {
  "sign-in": [[go("/sign-in")], "Sign in"],
  "sign-in-to-connect": [[ask], "Sign in"],
  "sign-in-failed": [[ask, wrongly, failed], "Sign in"],
  consent: [[ask, signInAs], ASKS],
  "consent-with-many-tiles": [[ask, asSomebodyElse], ASKS],
  "not-granted": [[ask, signInAs, press("Refuse")], "Nothing has been granted"],
  "answered-already": [
    [ask, signInAs, asks, answerTwice],
    "This was answered already",
  ],
  "too-old": [[late], "The request is too old"],
  "wrong-secret": [
    [(page) => page.goto(first({ client_secret: "guessed" }))],
    "The application is not let in",
  ],
  "another-way-back": [
    [(page) => page.goto(first({ redirect_uri: "http://elsewhere.example.com/" }))],
    "The way back is not known",
  ],
  "open-for-too-long": [[go("/connect?flow=x")], "The page was open for too long"],
  connections: [[go("/connections"), signInAs], "Connections"],
  "connections-none": [[go("/connections"), asSomebodyElse], "Connections"],
  "connection-to-end": [
    [go("/connections"), signInAs, follow(/^End/)],
    "End the connection of Plateline Orders?",
  ],
  "connection-ended": [
    [ask, signInAs, asks, grantFirst, go("/connections"), follow(/^End/), press("End it for good")],
    "Connections",
  ],
  "sign-out": [
    [go("/connections"), signInAs, (page) => shows(page, "Connections"), go("/sign-out")],
    "Sign out?",
  ],
  "signed-out": [[go("/sign-out")], "You are signed out"],
  nowhere: [[go("/nowhere")], "There is nothing at this address"],
};

for (const [name, [steps, heading]] of Object.entries(pages)) {
  for (const colorScheme of ["light", "dark"]) {
    test(`looks: ${name}, ${colorScheme}`, () =>
      visit({ colorScheme }, async (page) => {
        for (const step of steps) await step(page);
        await shows(page, heading);
        await lookAt(page, name, colorScheme);
      }));
  }
}
