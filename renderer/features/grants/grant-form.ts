// The form of a grant: texts as they are typed, and the grant that they make, or what is wrong with them. Pure.

import {
  type ActionKind,
  type GrantConditions,
  type GrantDraft,
  type GrantSubject,
  type GrantView,
  subjectKey,
} from '../../../shared/model/policy.ts';

export interface GrantForm {
  subject: string;
  effect: 'allow' | 'deny';
  kind: ActionKind;
  /** `server.tool`, or `server.*`. */
  tool: string;
  target: string;
  args: string;
  folders: string;
  hosts: string;
  perHour: string;
  tokens: string;
  /** `2026-01-31T12:00`, local. */
  until: string;
  hoursFrom: string;
  hoursTo: string;
}
export type FormFault = { field: keyof GrantForm; code: 'badArgs' | 'badHours' };

export const emptyForm: GrantForm = {
  subject: 'everyone',
  effect: 'allow',
  kind: 'tool-call',
  tool: '',
  target: '',
  args: '',
  folders: '',
  hosts: '',
  perHour: '',
  tokens: '',
  until: '',
  hoursFrom: '',
  hoursTo: '',
};

export function subjectOf(text: string): GrantSubject {
  const [kind = '', ...rest] = text.split(' ');
  return (kind === 'everyone' ? { kind } : { kind, [kind]: rest.join(' ') }) as GrantSubject;
}

const lines = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

export function formOf(grant: GrantView): GrantForm {
  const { args = {}, folders = [], hosts = [], perHour, tokensPerDay, until, hours } = grant.conditions;
  return {
    subject: subjectKey(grant.subject),
    effect: grant.effect,
    kind: grant.kind,
    tool: grant.kind === 'tool-call' ? `${grant.server}.${grant.tool}` : '',
    target: grant.target ?? '',
    args: Object.entries(args)
      .map(([name, pattern]) => `${name} = ${pattern.replaceAll('\n', '\\n')}`)
      .join('\n'),
    folders: folders.join('\n'),
    hosts: hosts.join('\n'),
    perHour: perHour === undefined ? '' : String(perHour),
    tokens: tokensPerDay === undefined ? '' : String(tokensPerDay),
    until: until === undefined ? '' : localTime(until),
    hoursFrom: hours?.from ?? '',
    hoursTo: hours?.to ?? '',
  };
}

const two = (value: number): string => String(value).padStart(2, '0');
function localTime(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

export function draftOf(form: GrantForm, before: GrantView | undefined): GrantDraft | FormFault {
  const conditions: GrantConditions = {};
  const args: Record<string, string> = {};
  for (const line of lines(form.args)) {
    const at = line.indexOf('=');
    if (at < 1) return { field: 'args', code: 'badArgs' };
    args[line.slice(0, at).trim()] = line
      .slice(at + 1)
      .trim()
      .replaceAll('\\n', '\n');
  }
  // What was not touched stays to the letter: a text with line ends does not go through one line of a form unchanged.
  if (before !== undefined && form.args === formOf(before).args) {
    if (before.conditions.args !== undefined) conditions.args = before.conditions.args;
    if (before.conditions.noOtherArgs !== undefined) conditions.noOtherArgs = before.conditions.noOtherArgs;
  } else if (Object.keys(args).length > 0) conditions.args = args;
  const [folders, hosts] = [lines(form.folders), lines(form.hosts)];
  if (folders.length > 0) conditions.folders = folders;
  if (hosts.length > 0) conditions.hosts = hosts;
  if (form.perHour !== '') conditions.perHour = Number(form.perHour);
  if (form.tokens !== '') conditions.tokensPerDay = Number(form.tokens);
  if (form.until !== '') conditions.until = new Date(form.until).getTime();
  if ((form.hoursFrom === '') !== (form.hoursTo === '')) return { field: 'hoursFrom', code: 'badHours' };
  if (form.hoursFrom !== '') conditions.hours = { from: form.hoursFrom, to: form.hoursTo };
  const dot = form.tool.indexOf('.');
  const isCall = form.kind === 'tool-call';
  return {
    subject: subjectOf(form.subject),
    effect: form.effect,
    kind: form.kind,
    ...(isCall && dot > 0 ? { server: form.tool.slice(0, dot) as NonNullable<GrantDraft['server']>, tool: form.tool.slice(dot + 1) } : {}),
    ...(!isCall && before?.server !== undefined ? { server: before.server } : {}),
    ...(!isCall && before?.tool !== undefined ? { tool: before.tool } : {}),
    ...(isCall || form.target.trim() === '' ? {} : { target: form.target.trim() }),
    conditions,
  };
}

export const isFault = (made: GrantDraft | FormFault): made is FormFault => 'field' in made;
/** Kinds whose target the form asks for. */
export const targetKinds = ['secret-use', 'settings-change', 'serve', 'process-start'] as const;
