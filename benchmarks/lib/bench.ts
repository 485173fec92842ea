// What every bench is: a name, its promise in words, and a function that measures. It reports figures; it never asserts.

import { loadavg } from 'node:os';

export interface Figure {
  bench: string;
  metric: string;
  value: number;
  unit: string;
  /** How many samples the value is the median of, or how much work it covers. */
  n: number;
  load1: number;
}

export interface PeerRatio {
  bench: string;
  peer: string;
  /** Ours over the peer's, so that more is better: 50 means fifty times as fast. */
  ratio: number;
}

export interface BenchContext {
  /** Samples or rounds; the bench says what it means. Undefined: its own choice. */
  n: number | undefined;
  /** Run the peers in turn with ours. */
  peers: boolean;
  figure(metric: string, value: number, unit: string, n: number): void;
  ratio(peer: string, ratio: number): void;
  /** For people, on stderr. */
  say(line: string): void;
}

export interface Bench {
  name: string;
  /** One sentence: what is done and what is counted. */
  about: string;
  run(context: BenchContext): Promise<void>;
}

export const load1 = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100;

export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? (sorted[middle] as number) : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}

/** Three or so meaningful digits: more would be noise. */
export const rounded = (value: number): number => (Number.isFinite(value) ? Number(value.toPrecision(4)) : value);
