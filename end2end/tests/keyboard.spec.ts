import { expect, hydrated, open, test, unique, slug } from "../fixtures/switchboard";
import { Processes } from "../pages/process";

test("arrows walk the rows of a table, Enter opens one", async ({ page }) => {
  const processes = new Processes(page);
  const names = [unique("Arrow"), unique("Arrow")];
  for (const name of names) await processes.create({ name, apiName: slug(name) });
  await open(page, "/processes");
  const links = page.locator("tbody tr a.row-link");
  const count = await links.count();
  expect(count).toBeGreaterThanOrEqual(2);
  await page.keyboard.press("ArrowDown");
  await expect(links.nth(0)).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await expect(links.nth(1)).toBeFocused();
  await page.keyboard.press("ArrowUp");
  await expect(links.nth(0)).toBeFocused();
  await page.keyboard.press("End");
  await expect(links.nth(count - 1)).toBeFocused();
  await page.keyboard.press("Home");
  await expect(links.nth(0)).toBeFocused();
  const name = await links.nth(0).innerText();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toContainText(name);
});

test("arrows stay with the field that is typed in", async ({ page }) => {
  await open(page, "/processes");
  await page.getByRole("searchbox", { name: "Search" }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("searchbox", { name: "Search" })).toBeFocused();
});

test("the navigation folds to its icons, before the first paint too", async ({ page }) => {
  await open(page, "/processes");
  const navigation = page.getByRole("navigation", { name: "Main" });
  const width = async () => (await navigation.boundingBox())?.width ?? 0;
  expect(await width()).toBeGreaterThan(150);
  await navigation.getByRole("button", { name: "Fold navigation" }).click();
  await expect.poll(width).toBeLessThan(70);
  await expect(navigation.getByRole("link", { name: "Transactions" })).toHaveAttribute("title", "Transactions");

  // While the page's program is on its way there is only the script in its head.
  let arrived: () => void = () => undefined;
  const program = new Promise<void>((resolve) => (arrived = resolve));
  await page.route("**/*.wasm", async (route) => {
    await program;
    await route.continue();
  });
  await page.goto("/transactions");
  expect(await width()).toBeLessThan(70);
  arrived();
  await hydrated(page);
  await page.getByRole("navigation", { name: "Main" }).getByRole("button", { name: "Unfold navigation" }).click();
  await expect.poll(width).toBeGreaterThan(150);
});
