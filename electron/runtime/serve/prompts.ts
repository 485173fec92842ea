// Prompts that programs can offer their person: one for each agent, with its task as argument, and one for each workflow, with its inputs.
// Each only says which tool to call with what; whether that may be called is asked when it is.

import { AppError } from '../../../shared/errors.ts';
import type { ServedPrompt, ServedPromptText } from '../../../shared/model/client.ts';
import type { WorkflowId } from '../../../shared/model/ids.ts';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import type { Ports } from '../ports.ts';
import { inputSchemaOf } from './input-schema.ts';

interface Kept extends ServedPrompt {
  /** Of each argument, what it can be. */
  values: Record<string, string[]>;
  text(args: Record<string, string>): string;
}

export interface Prompts {
  list(shown: { workflows: boolean; agents: boolean }): ServedPrompt[];
  /** The tool that lists what it is about: who may not call that may not see the prompt. Throws `prompt-not-found`. */
  of(name: string): 'list_workflows' | 'list_agents';
  /** Throws `prompt-not-found`, `input-invalid`. */
  get(name: string, args: Record<string, string>): ServedPromptText;
  complete(name: string, argument: string, typed: string): string[];
}

const maxPrompts = 500;

export function createPrompts(store: Pick<Ports['store'], 'workflows' | 'agents'>): Prompts {
  const ofAgents = (): Kept[] =>
    store.agents.list().map(({ id, name }) => ({
      name: nameOf('ask', name, id),
      title: `Ask ${name}`,
      description: `Gives a task to ${name}, an agent in Orrery.`,
      arguments: [{ name: 'task', description: `What ${name} should do.`, required: true }],
      values: {},
      text: ({ task = '' }) =>
        `Call Orrery’s tool ask_agent with the agent ${JSON.stringify(id)} (${name}) and this message, as it stands:\n\n${task}\n\nThen give me its answer.`,
    }));
  const ofWorkflow = (id: string, name: string, description: string): Kept | undefined => {
    const workflow = store.workflows.get(id as WorkflowId);
    if (workflow === undefined) return undefined;
    const schema = inputSchemaOf(workflow);
    const inputs = schema.properties as Record<string, JsonObject>;
    const required = new Set(schema.required as string[]);
    return {
      name: nameOf('run', name, id),
      title: `Run ${name}`,
      description: description || `Runs the workflow ${name} in Orrery.`,
      arguments: Object.entries(inputs).map(([input, about]) => ({
        name: input,
        description: wordsOfInput(about),
        required: required.has(input),
      })),
      values: Object.fromEntries(Object.entries(inputs).map(([input, about]) => [input, valuesOf(about)])),
      text: (args) => runText(id, name, inputs, args),
    };
  };
  /** Those that say what they are for, or take something. */
  const ofWorkflows = (): Kept[] =>
    store.workflows
      .list('')
      .slice(0, maxPrompts)
      .flatMap(({ id, name, description }) => {
        const prompt = ofWorkflow(id, name, description);
        return prompt === undefined || (description === '' && prompt.arguments.length === 0) ? [] : [prompt];
      });
  const find = (name: string): Kept => {
    const found = (name.startsWith('ask-') ? ofAgents() : ofWorkflows()).find((each) => each.name === name);
    if (found === undefined)
      throw new AppError('prompt-not-found', `There is no prompt ${name.slice(0, 100)}.`, { hint: 'List the prompts again.' });
    return found;
  };

  return {
    list: ({ workflows, agents }) =>
      [...(agents ? ofAgents() : []), ...(workflows ? ofWorkflows() : [])].map(({ text: _text, values: _values, ...prompt }) => prompt),
    of: (name) => (name.startsWith('ask-') ? 'list_agents' : 'list_workflows'),
    get(name, args) {
      const prompt = find(name);
      const missing = prompt.arguments.filter((each) => each.required && (args[each.name] ?? '').trim() === '');
      if (missing.length > 0)
        throw new AppError('input-invalid', `${prompt.title}: ${missing.map((each) => each.name).join(', ')} is missing.`, {
          hint: 'Give every argument that is required.',
        });
      return { description: prompt.description, text: prompt.text(args) };
    },
    complete(name, argument, typed) {
      const start = typed.toLowerCase();
      return (find(name).values[argument] ?? []).filter((value) => value.toLowerCase().startsWith(start)).slice(0, 100);
    },
  };
}

/** Readable, and one for each: the end is of the id. */
function nameOf(verb: 'ask' | 'run', name: string, id: string): string {
  const words = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return `${verb}-${words === '' ? '' : `${words}-`}${id.slice(-8)}`;
}

function wordsOfInput({ title, description, default: given }: JsonObject): string {
  const words = [title, description].filter((each): each is string => typeof each === 'string' && each !== '').join(': ');
  const otherwise = given === undefined ? '' : `${JSON.stringify(given)} when left out.`;
  return [words === '' ? '' : words.replace(/\.?$/, '.'), otherwise].filter((each) => each !== '').join(' ');
}

function valuesOf({ type, default: given }: JsonObject): string[] {
  if (type === 'boolean') return ['true', 'false'];
  return typeof given === 'string' && given !== '' ? [given] : typeof given === 'number' ? [String(given)] : [];
}

function runText(id: string, name: string, inputs: Record<string, JsonObject>, args: Record<string, string>): string {
  const values: JsonObject = {};
  for (const [input, about] of Object.entries(inputs)) {
    const given = args[input];
    if (given !== undefined && given !== '') values[input] = asInput(about.type, given);
  }
  return `Call Orrery’s tool run_workflow with the workflow ${JSON.stringify(id)} (${name}) and these inputs:\n\n${JSON.stringify(values, null, 2)}\n\nThen tell me what came out of it.`;
}

/** Arguments of prompts are texts. */
function asInput(type: JsonValue | undefined, given: string): JsonValue {
  if (type === 'string') return given;
  if (type === 'boolean') return given.trim().toLowerCase() === 'true';
  if (type === 'number') return Number.isFinite(Number(given)) ? Number(given) : given;
  try {
    return JSON.parse(given) as JsonValue;
  } catch {
    // Not JSON: a text is JSON too.
    return given;
  }
}
