// What a scripted ToolHost of a test has beside its tools: servers that offer nothing else.

import type { ToolHost } from '../../electron/runtime/ports.ts';
import { AppError } from '../../shared/errors.ts';

const nothing = async (): Promise<never> => {
  throw new AppError('not-offered', 'This scripted server does not offer it.');
};

export const toolHostRest: Omit<ToolHost, 'servers' | 'tools' | 'onChange' | 'start' | 'stop' | 'remove' | 'call' | 'close'> = {
  prepare: () => undefined,
  resources: async () => [],
  readResource: nothing,
  subscribe: nothing,
  onResource: () => () => undefined,
  prompts: async () => [],
  getPrompt: nothing,
  complete: nothing,
  logs: () => [],
  setLogLevel: nothing,
  acceptChanges: () => undefined,
  release: () => undefined,
  signIn: nothing,
  signOut: nothing,
  serve: () => undefined,
};
