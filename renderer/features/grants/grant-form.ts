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
  /** Of a program: the workflow or agent that it may use; any when empty. */
  about: string;
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
export type FormFault = { field: keyof GrantForm; code: 'badArgs' | 'badHours' | 'sameHours' | 'pastUntil' | 'noProgram' | 'noTool' };

export const emptyForm: GrantForm = {
  subject: 'everyone',
  effect: 'allow',
  kind: 'tool-call',
  tool: '',
  target: '',
  about: '',
  args: '',
  folders: '',
  hosts: '',
  perHour: '',
  tokens: '',
  until: '',
  hoursFrom: '',
  hoursTo: '',
};

/** What Orrery offers to programs. */
export const servedTools = [
  '*',
  'list_workflows',
  'run_workflow',
  'get_run',
  'list_agents',
  'ask_agent',
  'search_memory',
  'remember',
] as const;
const aboutKeys: Record<string, 'workflow' | 'agent'> = { run_workflow: 'workflow', ask_agent: 'agent' };
/** The argument that names what such a grant is about. */
export const aboutKey = ({ kind, target }: { kind: ActionKind; target?: string | undefined }): 'workflow' | 'agent' | undefined =>
  kind === 'serve' && target !== undefined && Object.hasOwn(aboutKeys, target) ? aboutKeys[target] : undefined;

/** One that stands for itself alone is chosen by name; a pattern stays among the arguments. */
const isPlain = (pattern: string | undefined): pattern is string => pattern !== undefined && !/[\\*]/.test(pattern);

function aboutIn(grant: GrantView): { key: 'workflow' | 'agent'; id: string } | undefined {
  const key = aboutKey(grant);
  const id = key === undefined ? undefined : grant.conditions.args?.[key];
  return key === undefined || !isPlain(id) ? undefined : { key, id };
}

/** Another kind is about other things, and what Orrery offers is for programs alone. */
export function withKind(form: GrantForm, kind: ActionKind): Partial<GrantForm> {
  const [was, is] = [form.kind === 'serve', kind === 'serve'];
  if (was === is) return { kind, about: '' };
  const isProgram = form.subject.startsWith('client ');
  return {
    kind,
    about: '',
    target: is ? '*' : '',
    ...(is && !isProgram ? { subject: '' } : {}),
    ...(is ? {} : { subject: form.subject === '' ? 'everyone' : form.subject }),
  };
}

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
  const about = aboutIn(grant);
  return {
    subject: subjectKey(grant.subject),
    effect: grant.effect,
    kind: grant.kind,
    tool: grant.kind === 'tool-call' ? `${grant.server}.${grant.tool}` : '',
    target: grant.target ?? '',
    about: about?.id ?? '',
    args: Object.entries(args)
      .filter(([name]) => name !== about?.key)
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

/** What was not touched stays to the second, also in the hour that there is twice when the clocks are put back. */
function untilOf({ until }: GrantForm, before: GrantView | undefined): number | undefined {
  const was = before?.conditions.until;
  if (was !== undefined && until === localTime(was)) return was;
  return until === '' ? undefined : new Date(until).getTime();
}

export function draftOf(form: GrantForm, before: GrantView | undefined, now = Date.now()): GrantDraft | FormFault {
  // What Orrery offers is used by programs alone: for anybody else it would say nothing.
  if (form.kind === 'serve' && !form.subject.startsWith('client ')) return { field: 'subject', code: 'noProgram' };
  if (form.kind === 'tool-call' && form.tool === '') return { field: 'tool', code: 'noTool' };
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
  setAbout(conditions, form, before);
  const [folders, hosts] = [lines(form.folders), lines(form.hosts)];
  if (folders.length > 0) conditions.folders = folders;
  if (hosts.length > 0) conditions.hosts = hosts;
  if (form.perHour !== '') conditions.perHour = Number(form.perHour);
  if (form.tokens !== '') conditions.tokensPerDay = Number(form.tokens);
  const until = untilOf(form, before);
  if (until !== undefined && until !== before?.conditions.until && until <= now) return { field: 'until', code: 'pastUntil' };
  if (until !== undefined) conditions.until = until;
  if ((form.hoursFrom === '') !== (form.hoursTo === '')) return { field: 'hoursFrom', code: 'badHours' };
  // No time of the day is between them: such a grant would look as if it held, and never would.
  if (form.hoursFrom !== '' && form.hoursFrom === form.hoursTo) return { field: 'hoursFrom', code: 'sameHours' };
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

/** The one that was chosen takes the place of the one of before. */
function setAbout(conditions: GrantConditions, form: GrantForm, before: GrantView | undefined): void {
  const was = before === undefined ? undefined : aboutIn(before);
  const key = aboutKey(form);
  const args = { ...conditions.args };
  if (was !== undefined) delete args[was.key];
  if (key !== undefined && form.about !== '') args[key] = form.about;
  if (Object.keys(args).length > 0) conditions.args = args;
  else delete conditions.args;
}

/** The field that a fault of the host is about, by its place. */
export function fieldAt(place: string | undefined): keyof GrantForm | undefined {
  const part = /^draft\.(?:conditions\.)?(\w+)/.exec(place ?? '')?.[1];
  if (part === undefined) return undefined;
  const others: Record<string, keyof GrantForm> = { tokensPerDay: 'tokens', hours: 'hoursFrom', server: 'tool', noOtherArgs: 'args' };
  if (Object.hasOwn(others, part)) return others[part];
  return Object.hasOwn(emptyForm, part) ? (part as keyof GrantForm) : undefined;
}

export const isFault = (made: GrantDraft | FormFault): made is FormFault => 'field' in made;
/** Kinds whose target the form asks for. */
export const targetKinds = ['secret-use', 'settings-change', 'serve', 'process-start'] as const;
