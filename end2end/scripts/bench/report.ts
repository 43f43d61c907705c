import { cpus } from "node:os";
import type { FirstPage } from "./browser";
import type { Starts } from "./starts";
import type { Row } from "./throughput";
import type { Measured } from "./wrk";

/** Everything one run found. */
export interface Findings {
  seconds: number;
  rows: Row[];
  /** Inbound with few transactions stored, with all of them, and at half of the latter's pace. */
  inbound: { empty: Measured; full: Measured; half: Measured };
  /** The yardstick of the promise: group commit. */
  group: Measured;
  stored: number;
  databaseBytes: number;
  pages: Row[];
  first: FirstPage;
  starts: Starts;
  memoryBytes: { now: number; most: number };
  kills: { rounds: number; acknowledged: number; missing: number };
}

const MIB = 1024 * 1024;

/** The block for docs/performance.md. */
export function report(found: Findings): string {
  const date = new Date().toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric" });
  const settings = ["BENCH_SECONDS", "BENCH_KILLS", "BENCH_STORED"].filter((name) => process.env[name]);
  const command = [...settings.map((name) => `${name}=${process.env[name]}`), "make bench"].join(" ");
  return [
    `Measured on ${date} with \`${command}\` on a machine with ${cpus().length} cores,`,
    `wrk (one thread) and the browser beside the program, ${found.seconds} s a row.`,
    "Machines differ: read the ratios, and compare only figures of one run.",
    "",
    "| what | requests/s | p50 | p95 | p99 | errors |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...[...found.rows, ...found.pages].map(throughputRow),
    "",
    "| what | measured | goal | |",
    "| --- | ---: | ---: | --- |",
    ...goals(found),
  ].join("\n");
}

function throughputRow({ what, measured }: Row): string {
  const { perSecond, p50, p95, p99, errors } = measured;
  return `| ${what} | ${count(perSecond)} | ${ms(p50)} | ${ms(p95)} | ${ms(p99)} | ${errors} |`;
}

function goals(found: Findings): string[] {
  const { empty, full, half } = found.inbound;
  const pages = (percentile: "p50" | "p95") => Math.max(...found.pages.map(({ measured }) => measured[percentile]));
  const { wasm, javascript, css, liveAfterMs } = found.first;
  const live = median(liveAfterMs);
  const { readyAfterMs, idleBytes } = found.starts;
  const { rounds, acknowledged, missing } = found.kills;
  const ratio = full.perSecond / found.group.perSecond;
  const growth = empty.perSecond / full.perSecond;
  const share = Math.round((half.perSecond / full.perSecond) * 100);
  const mib = (bytes: number) => `${(bytes / MIB).toFixed(0)} MiB`;
  const kb = (bytes: number) => `${(bytes / 1e3).toFixed(0)} kB`;
  const spread = (values: number[]) => `${ms(first(values))}, ${ms(median(values))}, ${ms(last(values))}`;
  return [
    goal("inbound : bare route that commits groups", `${(ratio * 100).toFixed(0)} %`, "≥ 50 %", ratio >= 0.5),
    goal(`inbound, p99 at ${share} % of its own maximum`, ms(half.p99), "≤ 20 ms", half.p99 <= 20),
    goal(`inbound, cost with ${count(found.stored)} stored : with few`, growth.toFixed(2), "≤ 1.2", growth <= 1.2),
    goal("slowest page, p50", ms(pages("p50")), "≤ 5 ms", pages("p50") <= 5),
    goal("slowest page, p95", ms(pages("p95")), "≤ 20 ms", pages("p95") <= 20),
    goal("WASM and JavaScript of the first page, Brotli", kb(wasm + javascript), "≤ 300 kB", wasm + javascript <= 300e3),
    fact("of which WASM; JavaScript; beside them CSS", [wasm, javascript, css].map(kb).join("; ")),
    goal("HTML to live in Chromium, median of 5 cold loads", ms(live), "≤ 500 ms", live <= 500),
    goal("start to first `/readyz`: least, median, most of 5", spread(readyAfterMs), "≤ 300 ms", last(readyAfterMs) <= 300),
    goal("idle memory, most of 5 starts", mib(last(idleBytes)), "≤ 50 MiB", last(idleBytes) <= 50 * MIB),
    goal("memory, most under all of that load", mib(found.memoryBytes.most), "≤ 250 MiB", found.memoryBytes.most <= 250 * MIB),
    fact("memory after that load", mib(found.memoryBytes.now)),
    goal(`messages lost of ${count(acknowledged)} acknowledged, ${rounds} \`kill -9\``, count(missing), "0", missing === 0),
    fact("database file", `${(found.databaseBytes / 1e6).toFixed(0)} MB`),
  ];
}

function goal(what: string, measured: string, wanted: string, met: boolean): string {
  return `| ${what} | ${measured} | ${wanted} | ${met ? "met" : "**missed**"} |`;
}

function fact(what: string, measured: string): string {
  return `| ${what} | ${measured} | | |`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en-GB");
}

function ms(value: number): string {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}

// Of values in ascending order.
const first = (values: number[]) => values[0] ?? NaN;
const median = (values: number[]) => values[Math.floor(values.length / 2)] ?? NaN;
const last = (values: number[]) => values.at(-1) ?? NaN;
