import type { Locator, Page } from "@playwright/test";
import { hydrated, open } from "../fixtures/switchboard";
import { choose, control } from "./controls";

export interface TransactionFilter {
  integration?: string;
  direction?: string;
  state?: string;
  time?: string;
  search?: string;
}

/** The log of messages. */
export class Transactions {
  constructor(private readonly page: Page) {}

  async open(number: string): Promise<void> {
    await open(this.page, `/transactions/${number}`);
  }

  /** Opens the list, chooses, and presses Filter. */
  async filter(fields: TransactionFilter): Promise<void> {
    const { page } = this;
    await open(page, "/transactions");
    const form = page.getByRole("search", { name: "Filter transactions" });
    const chosen = { Integration: fields.integration, Direction: fields.direction, State: fields.state, Time: fields.time };
    for (const [label, choice] of Object.entries(chosen)) {
      if (choice) await choose(form.getByLabel(label, { exact: true }), choice);
    }
    if (fields.search) await form.getByRole("searchbox").fill(fields.search);
    await form.getByRole("button", { name: "Filter", exact: true }).click();
    await page.waitForURL(/\?/);
    await hydrated(page);
  }

  /** The numbers on the page, in its order. */
  get numbers(): Locator {
    return this.page.getByRole("main").getByRole("table").getByRole("link", { name: /^TX\d+/ });
  }

  get older(): Locator {
    return control(this.page.getByRole("main"), "Older");
  }

  async replay(): Promise<void> {
    await control(this.page.getByRole("main"), "Replay").click();
  }
}
