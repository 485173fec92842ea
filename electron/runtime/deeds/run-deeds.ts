// Runs, the queue, jobs and chats: what a person does with them.

import type { AgentId, ConversationId, JobId, RunId } from '../../../shared/model/ids.ts';
import type { Store } from '../ports.ts';
import { type About, type DeedsOf, passing, read, recorded, stored } from './deed.ts';

// Ids are brands, and what comes in is not parsed yet.
interface Named {
  id: string;
}
const ofRun = ({ id }: Named) => ({ what: `run:${id}`, run: id as RunId });
const started = (_input: unknown, output: { id: RunId } | undefined): About =>
  output === undefined ? { what: 'run:start' } : { what: `run:${output.id}`, run: output.id };
const runName = ({ id }: Named, store: Store): string | undefined => {
  const run = store.runs.get(id as RunId);
  return run === undefined ? undefined : `run ${run.number} of ${run.title}`;
};
const newRun = ({ number, title }: { number: number; title: string }): string => `You started run ${number} of ${title}.`;
const stopIt = 'Stop it on its page. What it changed is undone there.';
const goesOn = 'On its page it goes on, is stopped, or is forked from any step.';

export const runDeeds: DeedsOf<'runs'> = {
  start: { is: 'told', about: started, words: (_name, _input, run) => newRun(run), wayBack: stopIt },
  cancel: {
    is: 'told',
    nameOf: runName,
    about: ofRun,
    words: (name) => `You stopped ${name}.`,
    wayBack: 'A fork of it goes on with what it had done.',
  },
  list: read,
  get: read,
  getStep: read,
  watch: read,
  watchList: read,
  remove: {
    is: 'told',
    nameOf: runName,
    // Its id leads nowhere any more.
    about: ({ id }) => ({ what: `run:${id}` }),
    words: (name) => `You removed ${name}, with its steps.`,
    wayBack: 'It cannot be brought back: nothing of it is kept but what it changed, in History, and its entries here.',
  },
  readLarge: read,
  pause: { is: 'told', nameOf: runName, about: ofRun, words: (name) => `You held ${name}.`, wayBack: goesOn },
  resume: { is: 'told', nameOf: runName, about: ofRun, words: (name) => `You let ${name} go on.`, wayBack: goesOn },
  stepOnce: {
    is: 'told',
    nameOf: runName,
    about: (input, output) => ({ ...ofRun(input), ...(output === undefined ? {} : { details: { let: output.step } }) }),
    words: (name) => `You let ${name} do one more step.`,
    wayBack: 'What that step changed is undone on the page of its run.',
  },
  fork: {
    is: 'told',
    nameOf: runName,
    about: (input, output) => ({ ...started(input, output), details: { of: input.id } }),
    words: (name, _input, run) => `You started run ${run.number} of ${run.title} as a fork of ${name}.`,
    wayBack: stopIt,
  },
  replay: {
    is: 'told',
    nameOf: runName,
    about: (input, output) => ({ ...started(input, output), details: { of: input.id } }),
    words: (name, _input, run) => `You had ${name} done again from its record, as run ${run.number}.`,
    wayBack: 'There is nothing to undo: a replay changes nothing.',
  },
  compare: read,
};

export const queueDeeds: DeedsOf<'queue'> = {
  get: read,
  watch: read,
  setPaused: stored,
  setPriority: {
    is: 'told',
    nameOf: runName,
    about: ofRun,
    words: (name, { priority }) => `You gave ${name} the priority ${priority}.`,
    wayBack: 'Give it another priority on the queue, while it waits.',
  },
};

const jobName = ({ id }: Named, store: Store): string | undefined => {
  const job = store.jobs.get(id as JobId);
  return job === undefined ? undefined : store.workflows.get(job.workflow)?.name;
};
const jobRun = (job: string | undefined, { number, title }: { number: number; title: string }): string =>
  `You had ${job === undefined ? 'a job' : `the job ${job}`} run now: run ${number} of ${title}, under the job’s own grant.`;

export const jobDeeds: DeedsOf<'jobs'> = {
  list: read,
  get: read,
  watch: read,
  turnOn: stored,
  turnOff: stored,
  remove: stored,
  runNow: {
    is: 'told',
    nameOf: jobName,
    about: (input, output) => ({ ...started(input, output), details: { job: input.id } }),
    words: (name, _input, run) => jobRun(name, run),
    wayBack: stopIt,
  },
  listNext: read,
  listPast: read,
  runMissed: { is: 'told', about: started, words: (_name, _input, run) => jobRun(undefined, run), wayBack: stopIt },
  getWebhook: read,
  renewWebhook: {
    is: 'told',
    nameOf: jobName,
    about: ({ id }) => ({ what: `job:${id}`, details: { job: id } }),
    words: (name) => `You gave the webhook of the job ${name} a new address.`,
    wayBack: 'It cannot be undone: the address before opens nothing any more, and is not given again.',
  },
  previewSchedule: read,
};

const ofChat = ({ id }: Named): About => ({ what: `chat:${id}`, conversation: id as ConversationId });
const chatName = ({ id }: Named, store: Store): string | undefined => {
  const chat = store.chats.get(id as ConversationId);
  return chat === undefined ? undefined : `“${chat.title}”`;
};
const answerChanges = 'What the answer changed is undone from the answer, or in History.';

export const chatDeeds: DeedsOf<'chat'> = {
  list: read,
  get: read,
  create: {
    is: 'told',
    about: (_input, output) => (output === undefined ? { what: 'chat:new' } : ofChat(output)),
    words: () => 'You began a conversation.',
    wayBack: 'Remove it on its page.',
  },
  rename: {
    is: 'told',
    nameOf: chatName,
    about: ofChat,
    words: (name, { title }) => `You named the conversation ${name} “${title}”.`,
    wayBack: 'Give it its old name again.',
  },
  setAgent: {
    is: 'told',
    nameOf: ({ agent }, store) => store.agents.get(agent as AgentId)?.name,
    about: (input) => ({ ...ofChat(input), details: { agent: input.agent } }),
    words: (name) => `You let ${name} answer in this conversation, under that agent’s own grant.`,
    wayBack: 'Choose the other agent again in the conversation.',
  },
  remove: {
    is: 'told',
    nameOf: chatName,
    // Its id leads nowhere any more.
    about: ({ id }) => ({ what: `chat:${id}` }),
    words: (name) => `You removed the conversation ${name}, with its messages.`,
    wayBack: 'It cannot be brought back: nothing of it is kept but what was changed in it, in History, and its entries here.',
  },
  attach: recorded('tools/server-reads.ts: what a server was asked for; nothing is sent yet'),
  detach: passing('It was of a message that was not sent.'),
  moveAttached: passing('The message is not sent yet.'),
  watchAttached: read,
  send: {
    is: 'told',
    nameOf: chatName,
    about: ofChat,
    words: (name) => `You sent a message in ${name}.`,
    wayBack: `The message can be edited and sent again. ${answerChanges}`,
  },
  stop: {
    is: 'told',
    nameOf: chatName,
    about: ofChat,
    words: (name) => `You stopped the answer in ${name}.`,
    wayBack: 'Have it made again in the conversation.',
  },
  retry: {
    is: 'told',
    nameOf: chatName,
    about: ofChat,
    words: (name) => `You had the last answer in ${name} made again.`,
    wayBack: `The answer before is gone. ${answerChanges}`,
  },
  editAndResend: {
    is: 'told',
    nameOf: chatName,
    about: ofChat,
    words: (name) => `You edited a message in ${name} and sent it again.`,
    wayBack: `What came after it is gone. ${answerChanges}`,
  },
  watch: read,
};

export const inboxDeeds: DeedsOf<'inbox'> = {
  list: read,
  get: read,
  answer: {
    is: 'told',
    about: (_input, item) =>
      item === undefined ? { what: 'inbox:answer' } : { what: `question:${item.id}`, run: item.run, details: { asked: item.step } },
    // An approval is told of by the policy, with what was approved, once whoever asked goes on.
    words: (_name, _input, { request }) => (request.kind === 'approval' ? undefined : 'You answered a question that a run had asked you.'),
    wayBack: 'An answer is given once. A fork of the run, from that question, asks again.',
  },
  watch: read,
};

export const clientDeeds: DeedsOf<'clients'> = {
  list: read,
  add: stored,
  revoke: stored,
  letIn: stored,
  session: recorded('serve/sessions.ts: that a program came and left'),
  listTools: read,
  callTool: recorded('serve/call-steps.ts: what a program called, and why that was allowed'),
  cancelCall: passing('The entry of the call says that it was stopped.'),
  listResources: read,
  readResource: recorded('serve/call-steps.ts'),
  listPrompts: read,
  getPrompt: recorded('serve/call-steps.ts'),
  complete: read,
};
