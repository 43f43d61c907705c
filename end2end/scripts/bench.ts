/**
 * What `make bench` prints: throughput and latency of the release program on this machine, measured with wrk.
 * Numbers of different machines cannot be compared: the first row is the bare server, the yardstick of the others.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request, type APIRequestContext } from "@playwright/test";
import { ADMIN, Program } from "../fixtures/program";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const USER = { name: "Bench", user_id: "bench", password: "bench-password" };

interface Measured {
  what: string;
  perSecond: string;
  p50: string;
  p99: string;
  errors: string;
}

/** Runs wrk and reads what it prints. */
function wrk(what: string, url: string, connections: number, script?: string): Measured {
  const args = ["-t1", `-c${connections}`, `-d${SECONDS}s`, "--latency", ...(script ? ["-s", script] : []), url];
  const output = execFileSync("wrk", args, { encoding: "utf8" });
  const find = (pattern: RegExp) => pattern.exec(output)?.[1] ?? "?";
  const errors = /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? "0";
  return { what, perSecond: find(/Requests\/sec:\s+([\d.]+)/), p50: find(/^\s+50%\s+(\S+)/m), p99: find(/^\s+99%\s+(\S+)/m), errors };
}

/** Makes a record by the REST API and returns its id. */
async function make(api: APIRequestContext, path: string, data: object): Promise<string> {
  const answer = await api.post(`/api/v1${path}`, { data });
  if (!answer.ok()) throw new Error(`${path}: ${answer.status()} ${await answer.text()}`);
  return answer.headers().location?.split("/").pop() ?? "";
}

async function design(api: APIRequestContext, target: string): Promise<void> {
  const applications = await (await api.get("/api/v1/applications")).json();
  const application = (applications.items ?? applications)[0].id;
  const process = await make(api, "/processes", { name: "Bench", api_name: "bench", application });
  const integration = await make(api, "/integrations", { name: "Bench", process, system: "wrk" });
  const inbound_user = await make(api, "/inbound-users", { ...USER, active: "on" });
  const form = { name: "Bench", environment: "test", authentication: "none", endpoint_url: target, inbound_user };
  const connection = await make(api, `/integrations/${integration}/connections`, form);
  const enabled = await api.post(`/api/v1/connections/${connection}/enable`, { data: {} });
  if (!enabled.ok()) throw new Error(`enable: ${enabled.status()} ${await enabled.text()}`);
}

/** 1 KiB of JSON, Basic auth, a message id of its own each. */
function inboundScript(folder: string): string {
  const path = join(folder, "inbound.lua");
  const credentials = Buffer.from(`${USER.user_id}:${USER.password}`).toString("base64");
  const lines = [
    `local body = '{"summary":"' .. string.rep("x", 1024 - 14) .. '"}'`,
    "local n = 0",
    "local run = os.time()",
    "request = function()",
    "  n = n + 1",
    `  return wrk.format("POST", nil, { ["Content-Type"] = "application/json", ["Authorization"] = "Basic ${credentials}",`,
    '    ["Idempotency-Key"] = run .. "-" .. n }, body)',
    "end",
  ];
  writeFileSync(path, lines.join("\n"));
  return path;
}

function pageScript(folder: string, cookie: string): string {
  const path = join(folder, "page.lua");
  writeFileSync(path, `wrk.headers["Cookie"] = "${cookie}"\nwrk.headers["Accept"] = "text/html"\n`);
  return path;
}

/** Logs in as the form does without JavaScript, and returns the session's cookie. */
async function session(url: string): Promise<string> {
  const context = await request.newContext({ baseURL: url, extraHTTPHeaders: { origin: url } });
  const html = await (await context.get("/login")).text();
  const action = /<form[^>]*action="([^"]*login[^"]*)"/i.exec(html)?.[1] ?? "/fn/login";
  const form = { "form[user_name]": ADMIN.user, "form[password]": ADMIN.password, "form[next]": "" };
  await context.post(action, { form, maxRedirects: 0 });
  const { cookies } = await context.storageState();
  await context.dispose();
  return cookies.map((cookie) => `${cookie.name}=${cookie.value}`).join("; ");
}

const folder = mkdtempSync(join(tmpdir(), "switchboard-bench-"));
const program = await Program.start({ SWITCHBOARD_LOG: "warn" });
try {
  const token = program.run(["token", "create", "bench", "--user", ADMIN.user], `${ADMIN.password}\n`).trim().split(/\s+/).pop();
  const api = await request.newContext({ baseURL: program.url, extraHTTPHeaders: { authorization: `Bearer ${token}` } });
  await design(api, `${program.url}/practice/echo`);
  const page = pageScript(folder, await session(program.url));
  const inbound = inboundScript(folder);
  const rows = [
    wrk("/healthz, the bare server, 64 connections", `${program.url}/healthz`, 64),
    wrk("page /integrations, 16 connections", `${program.url}/integrations`, 16, page),
    wrk("inbound, durable 202, 64 connections", `${program.url}/inbound/bench/message`, 64, inbound),
    wrk("page /transactions after that, 16 connections", `${program.url}/transactions`, 16, page),
  ];
  console.log("| what | requests/s | p50 | p99 | errors |\n| --- | ---: | ---: | ---: | ---: |");
  for (const row of rows) console.log(`| ${row.what} | ${row.perSecond} | ${row.p50} | ${row.p99} | ${row.errors} |`);
  const megabytes = Math.round(program.residentBytes() / 1024 / 1024);
  const database = Math.round(statSync(join(program.dataDir, "switchboard.db")).size / 1e6);
  console.log(`\nMemory afterwards ${megabytes} MiB, database ${database} MB; ${SECONDS} s each, one run.`);
  await api.dispose();
} finally {
  await program.discard();
  rmSync(folder, { recursive: true, force: true });
}
