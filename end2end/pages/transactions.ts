import type { Page } from "@playwright/test";
import { open } from "../fixtures/switchboard";
import { control } from "./controls";

/** The log of messages. */
export class Transactions {
  constructor(private readonly page: Page) {}

  async open(number: string): Promise<void> {
    await open(this.page, `/transactions/${number}`);
  }

  async replay(): Promise<void> {
    await control(this.page.getByRole("main"), "Replay").click();
  }
}
