import { expect, type Page } from "@playwright/test";
import { open } from "../fixtures/switchboard";
import { choose, control, recordId, save } from "./controls";

export interface IntegrationFields {
  name: string;
  /** Name of the process. */
  process: string;
  system: string;
}

export interface MessageFields {
  name: string;
  path: string;
}

/** Integrations and their outbound messages. */
export class Integrations {
  constructor(private readonly page: Page) {}

  async create(fields: IntegrationFields): Promise<string> {
    const { page } = this;
    await open(page, "/integrations");
    await control(page.getByRole("main"), "New integration").click();
    await expect(page).toHaveURL(/\/integrations\/new/);
    await page.getByLabel("Name", { exact: true }).fill(fields.name);
    await choose(page.getByLabel("Process", { exact: true }), fields.process);
    await page.getByLabel("External system", { exact: true }).fill(fields.system);
    await save(page);
    return recordId(page, "integrations");
  }

  /** An outbound message; everything not named keeps its default. */
  async createMessage(integration: string, fields: MessageFields): Promise<void> {
    const { page } = this;
    await open(page, `/integrations/${integration}/messages`);
    await control(page.getByRole("main"), "New message").click();
    await page.getByLabel("Name", { exact: true }).fill(fields.name);
    await page.getByLabel("Path", { exact: true }).fill(fields.path);
    await save(page);
  }
}
