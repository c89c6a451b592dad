// What must hold where there is little room, and where somebody has colours of their own.

import assert from "node:assert/strict";
import { test } from "node:test";

import { signInAs, visit, withBrowser } from "./browser.mjs";
import { demo } from "./demo.mjs";

withBrowser();

const { issuer, portal, dualog, dotypos } = demo;
const NARROWEST = { width: 320, height: 720 };
/** Until so many places have had the focus. */
const PLACES = 12;
const HOME = `/portal/organizations/${dualog.organization_id}`;
const CLIENT = "/portal/clients/fjordline-crew-import";

/** Pages by whoever looks at them: each kind of page once. */
const PAGES = [
  [null, ["/sign-in", "/portal/password/forgotten", "/portal/welcome", "/portal/docs", "/nowhere"]],
  [
    portal.admin,
    [
      HOME, `${HOME}?q=crew`, `${HOME}/name`, `${HOME}/members`, `${HOME}/members/invite`,
      `${HOME}/clients/new`, `${HOME}/usage`, `${HOME}/usage?span=12m`, `${HOME}/audit`, CLIENT,
      `${CLIENT}/edit`, `${CLIENT}/scopes`, `${CLIENT}/rotate`, `${CLIENT}/delete`,
      "/portal/clients/fjordline-agent-bridge", "/portal/clients/fjordline-dry-dock",
      "/portal/organizations", "/portal/refusals", "/portal/settings", "/portal/settings/password",
      "/sign-in/again", "/portal/docs", "/portal/docs/crew", "/sign-out",
    ],
  ],
  [
    portal.operator,
    [
      ...["", "/organizations", "/organizations/new", "/people", "/people/new", "/services"],
      ...["/keys", "/dialects", "/dialects?dialect=dotypos", "/node", "/audit"],
      `/organizations/${dualog.child_organization_id}`,
    ]
      .map((path) => `/portal/operator${path}`)
      .concat(`/portal/clients/${dotypos.client_id}`, `/portal/clients/${dotypos.client_id}/connections`),
  ],
  [dotypos.user, ["/connections"]],
];

async function arrive(page, person) {
  if (!person) return;
  await page.goto(`${issuer}/sign-in`);
  await signInAs(page, person);
  await page.waitForURL((address) => address.pathname !== "/sign-in");
}

/** How far a page may be scrolled sideways, in pixels. */
const sideways = (page) =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });

/** What has the focus, and whether one sees that it has: on itself, or on what is around it. */
const focused = (page) =>
  page.evaluate(() => {
    const here = document.activeElement;
    if (!here || here === document.body) return null;
    const has = (element) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    };
    const around = [here, here.parentElement, ...(here.labels ?? []), here.nextElementSibling];
    const name = here.outerHTML.slice(0, 120);
    return { name, isSeen: around.some((element) => element && has(element)) };
  });

for (const [person, paths] of PAGES) {
  const whose = person?.email ?? "nobody's";

  test(`no page scrolls sideways at ${NARROWEST.width}: ${whose}`, () =>
    visit({ viewport: NARROWEST }, async (page) => {
      await arrive(page, person);
      const found = {};
      for (const path of paths) {
        await page.goto(issuer + path);
        const far = await sideways(page);
        if (far > 0) found[path] = far;
      }
      assert.deepEqual(found, {});
    }));

  test(`the focus is seen in forced colours: ${whose}`, () =>
    visit({ forcedColors: "active" }, async (page) => {
      await arrive(page, person);
      const unseen = [];
      for (const path of paths) {
        await page.goto(issuer + path);
        for (let place = 0; place < PLACES; place += 1) {
          await page.keyboard.press("Tab");
          const at = await focused(page);
          if (at && !at.isSeen) unseen.push(`${path}: ${at.name}`);
        }
      }
      assert.deepEqual(unseen, []);
    }));
}
