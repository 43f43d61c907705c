import { expect, open, slug, test, unique } from "../fixtures/switchboard";
import { Processes } from "../pages/process";

const MARKUP = "</textarea></title><b>&amp; <";

test("text that looks like markup comes back as it was typed", async ({ page }) => {
  const name = unique(`Markup ${MARKUP}`);
  // A text area keeps an empty first line.
  const description = `\n${MARKUP}\n${name}`;
  await new Processes(page).create({ name, apiName: slug(unique("markup")), description });
  await page.reload();
  await expect(page).toHaveTitle(`${name} · Switchboard`);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue(name);
  await expect(page.getByLabel("Description", { exact: true })).toHaveValue(description);
  await expect(page.getByRole("main").locator("b")).toHaveCount(0);

  // From the list the live page is built in the browser, without the server's HTML.
  await open(page, "/processes");
  await page.getByRole("link", { name, exact: true }).click();
  await expect(page).toHaveTitle(`${name} · Switchboard`);
  await expect(page.getByLabel("Description", { exact: true })).toHaveValue(description);
});

test("a refused form gives back text that looks like markup", async ({ page }) => {
  await open(page, "/processes/new");
  await page.getByLabel("Name", { exact: true }).fill(MARKUP);
  await page.getByLabel("API name", { exact: true }).fill("Not A Slug");
  await page.getByLabel("Description", { exact: true }).fill(`\n${MARKUP}`);
  await page.getByRole("button", { name: "Save", exact: true }).first().click();
  await expect(page.getByLabel("API name", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByLabel("Name", { exact: true })).toHaveValue(MARKUP);
  await expect(page.getByLabel("Description", { exact: true })).toHaveValue(`\n${MARKUP}`);
});

test("an origin in the address is an origin or nothing", async ({ page }) => {
  await open(page, `/oauth-profiles/new?origin=${encodeURIComponent(`https://x${MARKUP}`)}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.locator("textarea[name='form[api_origins]']")).toHaveValue("");
  await expect(page.getByRole("main").locator("b")).toHaveCount(0);
});
