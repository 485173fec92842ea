// For each call of the contract that does something: how a person does it here, by area in acts/. What must come of it is checked by
// who-did-it.test.ts from the call's row in electron/runtime/deeds/deeds.ts.

import { chatActs } from './acts/chat.ts';
import type { Act } from './acts/kit.ts';
import { runsActs } from './acts/runs.ts';
import { safetyActs } from './acts/safety.ts';
import { toolsActs } from './acts/tools.ts';
import { vaultActs } from './acts/vault.ts';

export const acts: Record<string, Act> = { ...runsActs, ...chatActs, ...toolsActs, ...safetyActs, ...vaultActs };
