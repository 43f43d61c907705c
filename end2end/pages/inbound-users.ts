import type { Page } from "@playwright/test";
import { open } from "../fixtures/switchboard";
import { control, recordId, save } from "./controls";

export interface InboundUserFields {
  name: string;
  userId: string;
  password: string;
}

/** The accounts external systems authenticate with. */
export class InboundUsers {
  constructor(private readonly page: Page) {}

  async create(fields: InboundUserFields): Promise<string> {
    const { page } = this;
    await open(page, "/inbound-users");
    await control(page.getByRole("main"), "New inbound user").click();
    await page.getByLabel("Name", { exact: true }).fill(fields.name);
    await page.getByLabel("User ID", { exact: true }).fill(fields.userId);
    await page.getByLabel("Password", { exact: true }).fill(fields.password);
    await save(page);
    return recordId(page, "inbound-users");
  }
}
