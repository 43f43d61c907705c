import { request, type APIRequestContext } from "@playwright/test";
import { ADMIN, type Program } from "../../fixtures/program";
import { make, makeEnabled, makeIntegration } from "../../fixtures/records";
import type { Sent } from "./wrk";

const USER = { name: "Bench", user_id: "bench", password: "bench-password" };
const CREDENTIALS = `Basic ${Buffer.from(`${USER.user_id}:${USER.password}`).toString("base64")}`;
const BODY_BYTES = 1024;

/** Where messages are posted. */
export const INBOUND = "/inbound/bench/message";

/** An integration with an active connection that may receive; its page's path. */
export async function design(api: APIRequestContext, target: string): Promise<string> {
  const integration = await makeIntegration(api, { name: "Bench", apiName: "bench", system: "wrk" });
  const inbound_user = await make(api, "/inbound-users", { ...USER, active: "on" });
  const form = { name: "Bench", environment: "test", endpoint_url: target, inbound_user };
  const connection = await makeEnabled(api, integration, form);
  return `/integrations/${integration}/connections/${connection}`;
}

let runs = 0;

/** 1 KiB of JSON, Basic, and a message id that no run has used. */
export function message(): Sent {
  runs += 1;
  const run = `${Date.now().toString(36)}-${runs}`;
  return {
    prepare: [`local body = '{"summary":"' .. string.rep("x", ${BODY_BYTES - 14}) .. '"}'`, "local n = 0"],
    request: [
      "n = n + 1",
      `return wrk.format("POST", nil, { ["Content-Type"] = "application/json", ["Authorization"] = "${CREDENTIALS}",`,
      `  ["Idempotency-Key"] = "${run}-" .. n }, body)`,
    ],
  };
}

/** The same system as a client of Node. */
export function sender(program: Program): Promise<APIRequestContext> {
  const extraHTTPHeaders = { authorization: CREDENTIALS, "content-type": "application/json" };
  return request.newContext({ baseURL: program.url, extraHTTPHeaders });
}

/** Somebody who looks at pages, with this session. */
export function visitor(cookie: string): Sent {
  return { prepare: [`wrk.headers["Cookie"] = "${cookie}"`, 'wrk.headers["Accept"] = "text/html"'] };
}

/** Logs in as the form does without JavaScript, and returns the session's cookie. */
export async function session(url: string): Promise<string> {
  const context = await request.newContext({ baseURL: url, extraHTTPHeaders: { origin: url } });
  const html = await (await context.get("/login")).text();
  const action = /<form[^>]*action="([^"]*login[^"]*)"/i.exec(html)?.[1] ?? "/fn/login";
  const form = { "form[user_name]": ADMIN.user, "form[password]": ADMIN.password, "form[next]": "" };
  await context.post(action, { form, maxRedirects: 0 });
  const { cookies } = await context.storageState();
  await context.dispose();
  if (cookies.length === 0) throw new Error("logging in gave no session");
  return cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join("; ");
}
