import type { Locator, Page } from "@playwright/test";
import { open } from "../fixtures/switchboard";
import { choose } from "./controls";

/** The form of an OAuth profile, with the choice of the provider above it. */
export class OauthProfilePage {
  constructor(readonly page: Page) {}

  async openNew(query = ""): Promise<void> {
    await open(this.page, `/oauth-profiles/new${query}`);
  }

  field(label: string): Locator {
    return this.page.getByLabel(label, { exact: true });
  }

  /** Chooses the provider and what its addresses need, and has the rest filled in. */
  async fillIn(provider: string, values: Record<string, string> = {}): Promise<void> {
    await choose(this.field("Provider"), provider);
    for (const [label, value] of Object.entries(values)) await this.field(label).fill(value);
    await this.page.getByRole("button", { name: "Fill in", exact: true }).click();
  }
}
