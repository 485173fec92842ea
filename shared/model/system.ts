// What the status bar, the System page and `orrery doctor` show.

import { z } from 'zod';

export const hostKind = z.enum(['desktop', 'headless', 'cli']);
export type HostKind = z.infer<typeof hostKind>;

export const appInfo = z.object({
  version: z.string(),
  host: hostKind,
  platform: z.string(),
  arch: z.string(),
  node: z.string(),
  electron: z.string().optional(),
  sqlite: z.string(),
  dataFolder: z.string(),
  /** The person's own folder, which is shown as `~`. */
  home: z.string().optional(),
  pid: z.number().int(),
  startedAt: z.number(),
  /** How the command line is started on this machine: a program and its first arguments. */
  command: z.array(z.string()).optional(),
  /** What this host can do beyond the contract. */
  can: z.object({ pickFolder: z.boolean(), terminal: z.boolean(), showInFolder: z.boolean(), notify: z.boolean() }),
});
export type AppInfo = z.infer<typeof appInfo>;

/** A trouble that stays until it is mended: a full disk, a read-only data folder, a damaged database. */
export const banner = z.object({
  id: z.string(),
  severity: z.enum(['warning', 'error']),
  message: z.string(),
  hint: z.string(),
});
export type Banner = z.infer<typeof banner>;

export const appStatus = z.object({
  model: z.object({ label: z.string(), state: z.enum(['ready', 'missing', 'checking']) }),
  servers: z.object({ ready: z.number().int(), total: z.number().int(), failed: z.number().int() }),
  running: z.number().int(),
  waiting: z.number().int(),
  queued: z.number().int(),
  /** A person holds all work: nothing new begins until they let it go on. */
  paused: z.boolean(),
  /** When the next job is due, if one is. */
  nextDue: z.object({ at: z.number(), title: z.string() }).optional(),
  /** Work by the process itself, percent of one core. */
  cpu: z.number(),
  /** Resident bytes of the host. */
  memory: z.number(),
  banners: z.array(banner),
});
export type AppStatus = z.infer<typeof appStatus>;

export const doctorFinding = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(['ok', 'note', 'missing', 'broken']),
  detail: z.string(),
  /** What Orrery does about it, or what the person can do. */
  consequence: z.string().optional(),
  fix: z.string().optional(),
});
export type DoctorFinding = z.infer<typeof doctorFinding>;
