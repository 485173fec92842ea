// Every word on the screen comes from here. One file per feature under en/; a further language is a further folder.

import i18next from 'i18next';
import { agents } from './en/agents.ts';
import { chat } from './en/chat.ts';
import { gallery } from './en/gallery.ts';
import { grants } from './en/grants.ts';
import { history } from './en/history.ts';
import { importing } from './en/importing.ts';
import { inbox } from './en/inbox.ts';
import { jobs } from './en/jobs.ts';
import { memory } from './en/memory.ts';
import { past } from './en/past.ts';
import { programs } from './en/programs.ts';
import { queue } from './en/queue.ts';
import { quick } from './en/quick.ts';
import { rules } from './en/rules.ts';
import { runs } from './en/runs.ts';
import { security } from './en/security.ts';
import { settings } from './en/settings.ts';
import { setup } from './en/setup.ts';
import { shell } from './en/shell.ts';
import { system } from './en/system.ts';
import { terminal } from './en/terminal.ts';
import { tools } from './en/tools.ts';
import { triggers } from './en/triggers.ts';
import { ui } from './en/ui.ts';
import { vault } from './en/vault.ts';
import { why } from './en/why.ts';
import { workflow } from './en/workflow.ts';

const en = {
  agents,
  chat,
  gallery,
  grants,
  history,
  importing,
  inbox,
  jobs,
  memory,
  past,
  programs,
  queue,
  quick,
  rules,
  runs,
  security,
  settings,
  setup,
  shell,
  system,
  terminal,
  tools,
  triggers,
  ui,
  vault,
  why,
  workflow,
};
type Catalogue = typeof en;
export type StringsOf = keyof Catalogue;

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'ui';
    resources: Catalogue;
    returnNull: false;
  }
}

void i18next.init({
  lng: 'en',
  fallbackLng: 'en',
  defaultNS: 'ui',
  resources: { en },
  // React escapes what it draws; a second escaping would show entities.
  interpolation: { escapeValue: false },
  initAsync: false,
});

type Words<N extends StringsOf> = ReturnType<typeof i18next.getFixedT<N>>;
const made = new Map<StringsOf, Words<StringsOf>>();

/** Most words have nothing to put in: they are as they stand. The library, slow when it is new, is asked for the rest only. */
function wordsOf(feature: StringsOf): Words<StringsOf> {
  const own: Record<string, unknown> = en[feature];
  const full = i18next.getFixedT(null, feature) as unknown as (key: string, ...rest: unknown[]) => unknown;
  const quick = (key: string, ...rest: unknown[]): unknown => {
    const text = rest.length === 0 && Object.hasOwn(own, key) ? own[key] : undefined;
    return typeof text === 'string' && !/\{\{|\$t\(/.test(text) ? text : full(key, ...rest);
  };
  return Object.assign(quick, full) as unknown as Words<StringsOf>;
}

/** Typed words of one feature: `const t = getT('chat'); t('send')`, `t('files', { count: 3 })` for `files_one` / `files_other`. */
export function getT<N extends StringsOf>(feature: N): Words<N> {
  const words = made.get(feature) ?? wordsOf(feature);
  made.set(feature, words);
  return words as Words<N>;
}

/** The same inside of components. The language stays while a window is open, so nothing is followed. */
export function useT<N extends StringsOf>(feature: N): Words<N> {
  return getT(feature);
}

/** A rule of the policy in words; one that has none here keeps its name. */
export const ruleWords = (rule: string): string => (rule in en.rules ? getT('rules')(rule as keyof Catalogue['rules']) : rule);
