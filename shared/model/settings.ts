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
  /** Folders that built-in file tools may use in every run and chat. */
  folders: z.array(z.string()).default([]),
  quickShortcut: z.string().default('CommandOrControl+Shift+Space'),
  closeToTray: z.boolean().default(true),
  notifications: z.boolean().default(true),
  reduceMotion: z.boolean().default(false),
  /** Hosts other than this machine that the web tools and HTTP nodes may reach; `*` is any public host. */
  allowedHosts: z.array(z.string()).default(['*']),
  terminalShell: z.string().default(''),
});
export type Settings = z.infer<typeof settings>;
export const settingsPatch = settings.partial();
export type SettingsPatch = z.infer<typeof settingsPatch>;
export const defaultSettings: Settings = settings.parse({});
