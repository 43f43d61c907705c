import { expect, type Locator, type Page } from "@playwright/test";
import { open } from "../fixtures/switchboard";
import { confirm, decision } from "./controls";

/** The section Credentials on the page of an inbound user. */
export class Credentials {
  constructor(private readonly page: Page) {}

  /** Opens the page of an inbound user by its name. */
  async of(user: string): Promise<void> {
    const { page } = this;
    await open(page, "/inbound-users");
    await page.getByRole("main").getByRole("link", { name: user, exact: true }).click();
    await expect(page.getByRole("heading", { level: 1, name: user })).toBeVisible();
    await expect(page.getByRole("heading", { level: 2, name: "Credentials" })).toBeVisible();
  }

  /** Adds one of a kind; `fields` are those that the kind shows, by label. Returns the notice. */
  async add(kind: string, label: string, fields: Record<string, string> = {}): Promise<Locator> {
    const { page } = this;
    await page.getByLabel("Kind", { exact: true }).selectOption({ label: kind });
    await page.getByLabel("Label", { exact: true }).fill(label);
    for (const [name, value] of Object.entries(fields)) {
      const field = page.getByLabel(name, { exact: true });
      const isSelect = await field.evaluate((node) => node instanceof HTMLSelectElement);
      await (isSelect ? field.selectOption({ label: value }) : field.fill(value));
    }
    await page.getByRole("button", { name: "Add credential", exact: true }).click();
    const notice = page.getByRole("status").filter({ hasText: `${label} is added` });
    await expect(notice).toBeVisible();
    return notice;
  }

  /** The secret in the notice of a new credential. */
  async secret(notice: Locator): Promise<string> {
    return (await notice.locator("code.token").first().innerText()).trim();
  }

  /** Opens the question without answering it. */
  async askToRevoke(label: string): Promise<Locator> {
    await this.page.getByRole("button", { name: `Revoke ${label}`, exact: true }).click();
    return decision(this.page, "Revoke");
  }

  async revoke(label: string): Promise<void> {
    const { page } = this;
    await confirm(page, await this.askToRevoke(label), "Revoke");
    await expect(page.getByRole("button", { name: `Revoke ${label}`, exact: true })).toBeHidden();
  }
}
