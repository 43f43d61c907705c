/**
 * What `make bench` prints: how the release program does on this machine, as a block for docs/performance.md.
 * Numbers of different machines cannot be compared; the bare axum routes of the same run are the yardstick.
 *
 * `BENCH_SECONDS` (a row), `BENCH_KILLS` (rounds) and `BENCH_STORED` (transactions below the pages) make it shorter.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { APIRequestContext } from "@playwright/test";
import { killRounds } from "../fixtures/kill-rounds";
import { Program } from "../fixtures/program";
import { scripted } from "../fixtures/records";
import { firstPage } from "./bench/browser";
import { report, type Findings } from "./bench/report";
import { starts } from "./bench/starts";
import { INBOUND, design, sender, session, visitor } from "./bench/subject";
import { CALLERS, VISITORS, fill, inbound, inboundAtHalf, pages, yardsticks } from "./bench/throughput";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const KILLS = Number(process.env.BENCH_KILLS ?? 25);
const STORED = Number(process.env.BENCH_STORED ?? 100_000);
/** 25 rounds: the 10,000 messages of promise R1. */
const ACKNOWLEDGED_PER_ROUND = 400;

/** Says what is going on; the result alone goes to the standard output. */
function step(what: string): void {
  console.error(`… ${what}`);
}

async function measure(program: Program, api: APIRequestContext): Promise<Findings> {
  const connection = await design(api, `${program.url}/practice/echo`);
  step("yardsticks");
  const bare = await yardsticks(SECONDS);
  const group = bare.at(-1)!.measured;
  step("inbound");
  const empty = await inbound(program.url, SECONDS);
  step(`inbound until ${STORED} are stored`);
  const stored = await fill(program.url, SECONDS, empty.good, STORED);
  const full = await inbound(program.url, SECONDS);
  const half = await inboundAtHalf(program.url, SECONDS, full.perSecond);
  step("pages");
  const looked = await lookAtPages(program, api, connection);
  step("browser");
  const first = await firstPage(program.url);
  const memoryBytes = program.memory();
  step("starts");
  const started = await starts(program);
  step(`${KILLS} kills`);
  const kills = await kill(program, api);
  const rows = [
    ...bare.map(({ what, measured }) => ({ what: `${what}, ${CALLERS} connections`, measured })),
    { what: `inbound, durable 202, ${CALLERS} connections`, measured: empty },
    { what: `the same with ${stored.toLocaleString("en-GB")} stored`, measured: full },
    { what: "the same at half of that, each connection pausing between requests", measured: half },
  ];
  const databaseBytes = statSync(join(program.dataDir, "switchboard.db")).size;
  const ours = { rows, inbound: { empty, full, half }, group, stored, databaseBytes, pages: looked };
  return { seconds: SECONDS, ...ours, first, starts: started, memoryBytes, kills };
}

async function lookAtPages(program: Program, api: APIRequestContext, connection: string): Promise<Findings["pages"]> {
  const newest = await (await api.get("/api/v1/transactions")).json();
  const paths = {
    "page `/`": "/",
    "page `/integrations`": "/integrations",
    "page `/connections`": "/connections",
    "page `/transactions`": "/transactions",
    "page of a transaction": `/transactions/${newest.items[0].number}`,
    "page of a connection": connection,
  };
  const rows = await pages(program.url, SECONDS, visitor(await session(program.url)), paths);
  return rows.map(({ what, measured }) => ({ what: `${what}, ${VISITORS} connections`, measured }));
}

async function kill(program: Program, api: APIRequestContext): Promise<Findings["kills"]> {
  const external = await sender(program);
  const { acknowledged, missing } = await killRounds(program, {
    rounds: KILLS,
    acknowledgedPerRound: ACKNOWLEDGED_PER_ROUND,
    post: (word) => external.post(INBOUND, { data: { word } }),
    read: async (number) => {
      const answer = await api.get(`/api/v1/transactions/${number}`);
      return answer.ok() ? answer.text() : undefined;
    },
  });
  await external.dispose();
  return { rounds: KILLS, acknowledged, missing: missing.length };
}

const program = await Program.start({ SWITCHBOARD_LOG: "warn" });
try {
  const api = await scripted(program);
  console.log(report(await measure(program, api)));
  await api.dispose();
} finally {
  await program.discard();
}
