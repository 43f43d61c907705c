import { expect, type Locator, type Page } from "@playwright/test";

export type Rung = "Policy" | "Name" | "TCP" | "TLS" | "Token" | "Request";

/** The dialog "Connection Test". */
export class TestModal {
  readonly dialog: Locator;

  constructor(page: Page) {
    this.dialog = page.getByRole("dialog", { name: "Connection Test" });
  }

  /** Presses Test and waits for the verdict. */
  async run(verdict: "Authorised" | "Failed", withinMs = 40_000): Promise<void> {
    await this.dialog.getByRole("button", { name: "Test", exact: true }).click();
    await expect(this.verdict).toContainText(/Authorised|Failed/, { timeout: withinMs });
    await expect(this.verdict).toContainText(verdict);
  }

  get verdict(): Locator {
    return this.dialog.getByRole("status");
  }

  step(rung: Rung): Locator {
    return this.dialog.getByRole("list", { name: "Steps" }).getByRole("listitem").filter({ hasText: rung }).first();
  }

  attempt(number: 1 | 2): Locator {
    return this.dialog.getByRole("group", { name: `Attempt ${number}` });
  }

  async done(): Promise<void> {
    await this.dialog.getByRole("button", { name: "Done", exact: true }).click();
    await expect(this.dialog).toBeHidden();
  }
}
