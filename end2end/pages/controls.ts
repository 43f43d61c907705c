import { expect, type Locator, type Page } from "@playwright/test";
import { runsScripts } from "../fixtures/switchboard";

/** A button, or a link that looks and acts like one. */
export function control(scope: Page | Locator, name: string): Locator {
  const button = scope.getByRole("button", { name, exact: true });
  return button.or(scope.getByRole("link", { name, exact: true })).first();
}

/** Chooses the option whose text contains `text`. */
export async function choose(select: Locator, text: string): Promise<void> {
  const option = select.locator("option", { hasText: text }).first();
  await select.selectOption((await option.getAttribute("value")) ?? text);
}

/** Presses Save and waits for the answer (an earlier "Saved" may still be there) and its announcement. */
export async function save(page: Page): Promise<void> {
  const answered = page.waitForResponse((answer) => answer.request().method() === "POST" && answer.url().includes("/fn/"));
  await page.getByRole("button", { name: "Save", exact: true }).first().click();
  await answered;
  await expect(page.getByRole("status").filter({ hasText: "Saved" })).toBeVisible();
}

/**
 * Enable, Disable, Delete: the control opens a dialog of the same name (without JavaScript a page), which
 * says what will happen and has a button of the same name.
 */
export async function ask(page: Page, action: string): Promise<Locator> {
  await control(page.getByRole("main"), action).click();
  return decision(page, action);
}

/** The question that was opened: a dialog, without JavaScript a page. */
export async function decision(page: Page, action: string): Promise<Locator> {
  if (!runsScripts()) {
    await expect(page.getByRole("heading", { level: 1 })).toContainText(action);
    return page.getByRole("main");
  }
  const dialog = page.getByRole("dialog", { name: action });
  await expect(dialog).toBeVisible();
  return dialog;
}

/** Confirms what `ask` opened. */
export async function confirm(page: Page, question: Locator, action: string): Promise<void> {
  await question.getByRole("button", { name: action, exact: true }).click();
  await expect(page.getByRole("dialog", { name: action })).toBeHidden();
}

/** The cell of `row` below the column heading `column`. */
export async function cell(table: Locator, row: string, column: string): Promise<Locator> {
  const headings = await table.getByRole("columnheader").allInnerTexts();
  const index = headings.findIndex((text) => text.trim().toLowerCase() === column.toLowerCase());
  expect(index, `column ${column} among ${headings.join(", ")}`).toBeGreaterThanOrEqual(0);
  const named = table.page().getByRole("link", { name: row, exact: true });
  return table.getByRole("row").filter({ has: named }).getByRole("cell").nth(index);
}

/** Waits until the page is that of a record below `folder`, such as `/processes/{id}`, and returns its id. */
export async function recordId(page: Page, folder: string): Promise<string> {
  const address = new RegExp(`/${folder}/([0-9a-f-]{36})`);
  await expect(page).toHaveURL(address);
  return address.exec(page.url())?.[1] ?? "";
}
