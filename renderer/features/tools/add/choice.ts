// What a person chooses of one planned server, what is still wrong with it, and what is sent. Pure.

import { secretName, serverId } from '../../../../shared/model/ids.ts';
import { type ImportQuestion, numberFault, type PlannedServer } from '../../../../shared/model/server-import.ts';
import type { client } from '../../../api/index.ts';
import { draftOfReach, type ReachDraft, reachOf } from '../reach.ts';

export interface Choice {
  take: boolean;
  title: string;
  id: string;
  enabled: boolean;
  reach: ReachDraft;
  /** By question id. */
  answers: Record<string, string>;
  /** By the name in the plan. */
  names: Record<string, string>;
}

type Applied = Parameters<typeof client.servers.apply>[0]['servers'][number];

const narrow = { sandbox: 'on' as const, folders: [], hosts: [], roots: [], samplingTokens: 0 };

const longestId = 40;

/** The id, or the first `id-2`, `id-3` … that nobody has. */
export function freeId(id: string, taken: ReadonlySet<string>): string {
  let free = id;
  for (let number = 2; taken.has(free); number += 1) free = `${id.slice(0, longestId - 1 - String(number).length)}-${number}`;
  return free;
}

/** What is proposed for one server beside those that have their ids already. */
export const choiceOf = (
  { config, problem, status, questions, secrets }: PlannedServer,
  taken: ReadonlySet<string> = new Set(),
): Choice => ({
  take: problem === undefined && status !== 'same',
  title: config.title,
  id: freeId(config.id, taken),
  enabled: config.enabled,
  reach: draftOfReach(config.reach ?? narrow),
  answers: Object.fromEntries(questions.map((each) => [each.id, each.default ?? ''])),
  names: Object.fromEntries(secrets.map((each) => [each.name, each.name])),
});

/** Which fields are wrong, by name: `title`, `id`, `reach`, `answer:ID`, `secret:NAME`. */
export function faultsOf(choice: Choice, planned: PlannedServer, taken: ReadonlySet<string>): Map<string, 'bad' | 'taken'> {
  const faults = new Map<string, 'bad' | 'taken'>();
  if (choice.title.trim() === '' || choice.title.length > 80) faults.set('title', 'bad');
  if (!serverId.safeParse(choice.id).success) faults.set('id', 'bad');
  else if (taken.has(choice.id)) faults.set('id', 'taken');
  if (reachOf(choice.reach) === undefined) faults.set('reach', 'bad');
  for (const question of planned.questions)
    if (question.isRequired && (choice.answers[question.id] ?? '').trim() === '') faults.set(`answer:${question.id}`, 'bad');
    else if (numberFault(question, choice.answers[question.id] ?? '') !== undefined) faults.set(`answer:${question.id}`, 'bad');
  for (const [name, chosen] of Object.entries(choice.names)) if (!secretName.safeParse(chosen).success) faults.set(`secret:${name}`, 'bad');
  return faults;
}

export function appliedOf(choice: Choice, planned: PlannedServer): Applied {
  const reach = reachOf(choice.reach);
  return {
    key: planned.key,
    id: serverId.parse(choice.id),
    title: choice.title.trim(),
    enabled: choice.enabled,
    answers: choice.answers,
    secretNames: Object.fromEntries(Object.entries(choice.names).map(([name, chosen]) => [name, secretName.parse(chosen)])),
    ...(reach === undefined ? {} : { reach }),
  };
}

/** A command or address with what was not answered yet in words. */
export const withQuestions = (text: string, questions: readonly ImportQuestion[]): string =>
  text.replace(/\$\{ask:([^}]{1,100})\}/g, (_whole, id: string) => `‹${questions.find((each) => each.id === id)?.title ?? id}›`);
