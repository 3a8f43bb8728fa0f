/** The page in a real browser, opened from a file and driven by keys. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, describe, it } from "node:test";
import { launch, type Browser, type Page } from "puppeteer-core";
import { findBrowser } from "../testing/find-browser.ts";
import { topologyOf } from "../testing/topology-of.ts";
import { drawPage } from "./map-page.ts";
import { drawMap } from "../picture/svg-map.ts";

const CLINIC = readFileSync(new URL("../../../../../docs/guide/topology/clinic.yaml", import.meta.url), "utf8");
const HOSTILE = {
  [`<img src=x onerror="window.broken=1">`]: "AWS::SQS::Queue",
  ["</script><script>window.broken=1</script>"]: "AWS::SQS::Queue",
  ["患者記録データベース".repeat(9)]: "AWS::S3::Bucket",
  ["قاعدة بيانات المرضى ".repeat(6)]: "AWS::S3::Bucket",
  ["PatientPortalApplicationBackendRecordsTableWithAVeryLongLogicalId1A2B3C4D"]: "AWS::DynamoDB::Table",
  ["WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"]: "AWS::DynamoDB::Table",
};
const executablePath = findBrowser();

describe(
  "the page in a browser",
  { skip: executablePath === undefined && "no Chromium on this machine (WARD_BROWSER names one)" },
  () => {
    const folder = mkdtempSync(join(tmpdir(), "ward-map-"));
    let browser: Browser;
    before(async () => {
      browser = await launch({ executablePath: executablePath ?? "", args: ["--no-sandbox", "--disable-gpu"] });
    });
    after(async () => {
      await browser.close();
      rmSync(folder, { recursive: true });
    });

    /** Fails the test where the page asks for anything, throws, or breaks its own policy. */
    async function open(
      text: string,
      draw = drawPage,
      file = "map.html",
    ): Promise<{ page: Page; complaints: string[] }> {
      const { topology } = await topologyOf(text, { file: text.startsWith("{") ? "a.json" : "clinic.yaml" });
      writeFileSync(join(folder, file), draw(topology));
      const page = await browser.newPage();
      await page.setViewport({ width: 1600, height: 1000 });
      const complaints: string[] = [];
      page.on("pageerror", (error) => void complaints.push(String(error)));
      page.on("console", (message) => void complaints.push(message.text()));
      page.on("dialog", (dialog) => void complaints.push(dialog.message()));
      page.on("request", (request) => void (request.url().startsWith("file:") || complaints.push(request.url())));
      await page.goto(pathToFileURL(join(folder, file)).href);
      return { page, complaints };
    }

    /** The name of the box that has the focus. */
    async function focused(page: Page): Promise<string> {
      const label = "document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.id ?? ''";
      return String(await page.evaluate(label)).split(",")[0] ?? "";
    }

    async function text(page: Page, selector: string): Promise<string> {
      return String(await page.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ""`));
    }

    /** Boxes are no HTML elements, which the driver's own focus asks for. */
    async function focusOn(page: Page, selector: string): Promise<void> {
      await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).focus()`);
    }

    async function press(page: Page, ...keys: readonly string[]): Promise<void> {
      for (const key of keys) await page.keyboard.press(key as "Enter");
    }

    it("is driven by keys: boxes in order, along arrows and back, details, search, ways, help", async () => {
      const { page, complaints } = await open(CLINIC);
      await focusOn(page, "#w-n6");
      assert.equal(await focused(page), "PortalApi");
      await press(page, "ArrowRight");
      const first = await focused(page);
      assert.match(await text(page, "#status"), new RegExp(`PortalApi → ${first}: GET|PortalApi → ${first}: POST`));
      await press(page, "ArrowDown");
      const second = await focused(page);
      assert.notEqual(second, first);
      await press(page, "ArrowUp", "ArrowLeft");
      assert.equal(await focused(page), "PortalApi");
      await press(page, "Tab");
      assert.notEqual(await focused(page), "PortalApi");
      await press(page, "ArrowLeft", "ArrowRight");

      await focusOn(page, "#w-n6");
      await press(page, "Enter");
      assert.equal(await focused(page), "Details of PortalApi");
      assert.match(
        await text(page, "#panel"),
        /REST API[\s\S]*Open to who signs in[\s\S]*ListVisits[\s\S]*Does not hold: [\s\S]*Mend: /,
      );
      await press(page, "Escape");
      assert.equal(await page.evaluate("document.getElementById('panel').hidden"), true);
      assert.equal(await focused(page), "PortalApi");

      await press(page, "/");
      await page.keyboard.type("claims");
      const rows = async () =>
        Number(
          await page.evaluate(
            "[...document.querySelectorAll('tbody tr')].filter((row) => !row.hidden && row.dataset.node).length",
          ),
        );
      assert.equal(await rows(), 1);
      await press(page, "Enter");
      assert.equal(await focused(page), "Claims");
      await press(page, "Escape");
      assert.ok((await rows()) > 60);

      await press(page, "p");
      const lit = async (name: string) =>
        await page.evaluate(
          `[...document.querySelectorAll('.w-card.lit')].some((card) => card.getAttribute('aria-label').startsWith('${name},'))`,
        );
      assert.deepEqual([await lit("Visits"), await lit("Figures")], [true, false]);
      await press(page, "p", "?");
      assert.equal(await page.evaluate("document.getElementById('help').open"), true);
      await press(page, "Escape");
      assert.equal(await page.evaluate("document.getElementById('help').open"), false);

      const view = async () => await page.evaluate("document.querySelector('svg').getAttribute('viewBox')");
      const whole = await view();
      await press(page, "+");
      assert.notEqual(await view(), whole);
      await press(page, "0");
      assert.equal(await view(), whole);
      assert.deepEqual(complaints, []);
      await page.close();
    });

    it("filters and sorts the table, and a name in it opens its box", async () => {
      const { page, complaints } = await open(CLINIC);
      await page.select("select[data-filter=phi]", "yes");
      const names = async (): Promise<string[]> =>
        (await page.evaluate(
          "[...document.querySelectorAll('tbody tr[data-node]')].filter((row) => !row.hidden).map((row) => row.querySelector('button').textContent)",
        )) as string[];
      const marked = await names();
      assert.ok(marked.includes("Visits") && !marked.includes("Figures"));
      await page.click("thead th:first-child button");
      assert.deepEqual(
        await names(),
        marked.toSorted((one, other) => one.localeCompare(other)),
      );
      await page.evaluate(
        "[...document.querySelectorAll('tbody button')].find((button) => button.textContent === 'Visits').click()",
      );
      assert.match(await text(page, "#panel h2"), /^Visits$/);
      assert.deepEqual(complaints, []);
      await page.close();
    });

    it("shows names that are markup, very long or of any script as text inside of their boxes", async () => {
      const resources = Object.fromEntries(Object.entries(HOSTILE).map(([name, type]) => [name, { Type: type }]));
      const { page, complaints } = await open(JSON.stringify({ Resources: resources }));
      assert.equal(await page.evaluate("window.broken"), undefined);
      const cards = Number(await page.evaluate("document.querySelectorAll('.w-card').length"));
      assert.equal(cards, Object.keys(HOSTILE).length);
      for (let card = 0; card < cards; card++) {
        await page.evaluate(
          `document.querySelectorAll('.w-card')[${card}].dispatchEvent(new MouseEvent('click', { bubbles: true }))`,
        );
      }
      assert.deepEqual(await page.evaluate(OUTSIDE), []);
      assert.equal(await page.evaluate("window.broken"), undefined);
      assert.deepEqual(complaints, []);
      await page.close();
    });

    it("has no text that leaves its box or lies on another, in the page and in the SVG alone", async () => {
      const { page } = await open(CLINIC);
      assert.deepEqual(await page.evaluate(OUTSIDE), []);
      await page.close();
      const alone = await open(CLINIC, drawMap, "map.svg");
      assert.equal(await alone.page.evaluate("document.documentElement.tagName"), "svg");
      assert.deepEqual(await alone.page.evaluate(OUTSIDE), []);
      assert.deepEqual(alone.complaints, []);
      await alone.page.close();
    });

    it("prints the map on one sheet of A3 across, and the table on those behind it", async () => {
      const { page } = await open(CLINIC);
      const pdf = Buffer.from(await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString("latin1");
      const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, width, height]) => [
        Number(width),
        Number(height),
      ]);
      assert.ok(boxes.length >= 2, "the map and the table");
      for (const [width = 0, height = 0] of boxes)
        assert.ok(Math.abs(width - 1190.5) < 3 && Math.abs(height - 841.9) < 3);
      await page.emulateMediaType("print");
      const height = Number(await page.evaluate("document.querySelector('.map svg').getBoundingClientRect().height"));
      assert.ok(height > 300);
      await page.close();
    });
  },
);

/** Texts of cards that are wider than their card's room, and pairs of texts of one card that overlap. */
const OUTSIDE = `[...document.querySelectorAll('.w-card')].flatMap((card) => {
  const texts = [...card.querySelectorAll('text')].map((text) => ({ text: text.textContent, box: text.getBBox() })).filter(({ box }) => box.width > 0);
  const wide = texts.filter(({ box }) => box.x < 0 || box.x + box.width > 224 || box.y < -1 || box.y + box.height > 67);
  const upon = texts.filter((one, index) => texts.slice(index + 1).some((other) =>
    one.box.x < other.box.x + other.box.width - 1 && other.box.x < one.box.x + one.box.width - 1 &&
    one.box.y + 3 < other.box.y + other.box.height - 3 && other.box.y + 3 < one.box.y + one.box.height - 3));
  return [...wide.map(({ text }) => 'wide: ' + text), ...upon.map(({ text }) => 'upon: ' + text)];
})`;
