import { expect, type Locator, type Page } from "@playwright/test";
import { open } from "../fixtures/switchboard";
import { cell } from "./controls";

/** The connections of one integration, with the widget of its inbound endpoints. */
export class ConnectionsPage {
  constructor(private readonly page: Page) {}

  async open(integration: string): Promise<void> {
    await open(this.page, `/integrations/${integration}/connections`);
  }

  get table(): Locator {
    return this.page.getByRole("main").getByRole("table").first();
  }

  get endpoints(): Locator {
    return this.page.getByRole("region", { name: "Inbound endpoints" });
  }

  async expectCell(connection: string, column: string, text: string | RegExp): Promise<void> {
    await expect(await cell(this.table, connection, column)).toHaveText(text);
  }

  /** Active or Inactive, exactly. */
  async expectActive(connection: string, active: boolean): Promise<void> {
    await this.expectCell(connection, "Active", active ? /^\s*Active/ : /^\s*Inactive/);
  }
}
