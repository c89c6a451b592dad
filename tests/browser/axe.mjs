// What is asked of every page's look: axe finds nothing, nothing scrolls sideways, a picture
// is left for people, and what is transferred stays small.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** The sizes at which pictures are taken. */
const SIZES = [[1280, 800], [390, 844]];
/** From 320 to 1280, where the grid changes and between. */
const WIDTHS = [320, 390, 600, 768, 900, 1024, 1280];

/** What axe finds, each with where. */
export async function found(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run({ rules: { "target-size": { enabled: true } } }),
  );
  return violations.map(({ id, impact, nodes }) => {
    const where = nodes.map(({ target, failureSummary }) => `${target}: ${failureSummary}`);
    return `${impact}: ${id} at ${where.join("; ")}`;
  });
}

/** Looks at the page that is shown, in both sizes, and asserts that it is within each width. */
export async function lookAt(page, name, colorScheme) {
  for (const [width, height] of SIZES) {
    await page.setViewportSize({ width, height });
    assert.deepEqual(await found(page), [], `${name} at ${width}`);
    const path = join(process.env.PICTURES, `${name}-${width}-${colorScheme}.png`);
    await page.screenshot({ path, fullPage: true });
  }
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(wide <= width, `${name}: ${wide} px wide at ${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 800 });
}

/**
 * How many bytes an address transfers to a browser that has nothing yet: the page and all
 * that it loads, compressed as it is served.
 */
export async function weigh(page, address) {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  await page.goto(address, { waitUntil: "networkidle" });
  await session.detach();
  return bytes;
}
