// Every setting, with its default. A new value is one line here; its page draws it.

import { z } from 'zod';
import { modelRef } from './agent.ts';
import { providerConfig } from './model.ts';

export const settings = z.object({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** The model agents use that name none. */
  defaultModel: modelRef.optional(),
  providers: z
    .array(providerConfig)
    .default([{ id: 'ollama', type: 'ollama', title: 'Ollama', baseUrl: 'http://127.0.0.1:11434', enabled: true }]),
  /** Whether a model sees pictures, where a person said so: their word counts before its server's. */
  modelSight: z.record(modelRef, z.boolean()).default({}),
  /** Folders that built-in file tools may use in every run and chat. */
  folders: z.array(z.string()).default([]),
  quickShortcut: z.string().default('CommandOrControl+Shift+Space'),
  closeToTray: z.boolean().default(true),
  notifications: z.boolean().default(true),
  reduceMotion: z.boolean().default(false),
  /** Hosts other than this machine that the web tools and HTTP nodes may reach; `*` is any public host. */
  allowedHosts: z.array(z.string()).default(['*']),
  terminalShell: z.string().default(''),
  /** How many workflow runs go at once; further ones queue. Runs that wait for a person or a time do not count. */
  maxParallelRuns: z.number().int().min(1).max(1000).default(16),
  /** Ended runs older than this are removed, 0 keeps them for ever. */
  keepRunsDays: z.number().int().min(0).max(3650).default(90),
  /** Of each workflow, at most so many ended runs are kept, 0 keeps all. */
  keepRunsCount: z.number().int().min(0).max(1_000_000).default(1000),
  /** Hours after which an unanswered approval of an unattended run counts as denied; 0 never. */
  approvalHours: z.number().int().min(0).max(8760).default(72),
  /** Hours after which an unanswered approval in a chat, or in a run that a person started, counts as denied; 0 never. */
  chatApprovalHours: z.number().int().min(0).max(8760).default(24),
  /** Entries of the audit log older than this are removed once they are sealed, 0 keeps them for ever. */
  keepAuditDays: z.number().int().min(0).max(3650).default(365),
  /** Changes that agents, runs and the person made are kept this long, with what was there before; 0 keeps them for ever. */
  keepChangesDays: z.number().int().min(0).max(3650).default(365),
  /** What was there before them takes at most so much; the oldest makes room, and can then not be undone. */
  keepChangesMegabytes: z.number().int().min(100).max(1_000_000).default(2048),
  /** Nothing leaves this machine: only addresses of the machine itself are connected to, by Orrery and by tool servers alike. */
  offline: z.boolean().default(false),
  /** Minutes after which a vault that nobody uses is locked, 0 never. */
  vaultLockMinutes: z.number().int().min(0).max(1440).default(0),
  /** The vault is locked when the computer sleeps or its screen is locked; jobs that need a secret then fail or wait. */
  vaultLockWhenAway: z.boolean().default(false),
  /** Everything is held: no workflow run begins and none takes a further step. Changed by the queue's own calls. */
  isPaused: z.boolean().default(false),
});
export type Settings = z.infer<typeof settings>;
/** What to change. A setting that is not named stays; `null` takes the default model away. */
export type SettingsPatch = { [Key in keyof Omit<Settings, 'defaultModel'>]?: Settings[Key] | undefined } & {
  defaultModel?: string | null | undefined;
};
// Without the defaults: a patch that does not name a setting must not put that setting's default in its place.
const bareFields = Object.fromEntries(
  Object.entries(settings.shape).map(([name, field]) => [name, field instanceof z.ZodDefault ? field.unwrap() : field]),
) as Record<string, z.ZodType>;
export const settingsPatch = z.object(bareFields).extend({ defaultModel: modelRef.nullable() }).partial() as unknown as z.ZodType<
  SettingsPatch,
  SettingsPatch
>;
export const defaultSettings: Settings = settings.parse({});
