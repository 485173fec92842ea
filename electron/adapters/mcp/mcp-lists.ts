// Reading a server's lists, all pages of them and within limits.

import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  ListPromptsResultSchema,
  ListResourcesResultSchema,
  ListResourceTemplatesResultSchema,
  ListToolsResultSchema,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';
import { AppError } from '../../../shared/errors.ts';
import { badAnswer } from './bad-answer.ts';
import { toFoundPrompt, toFoundResource, toFoundTemplate, toFoundTool } from './convert.ts';
import { limits } from './limits.ts';
import type { FoundPrompt, FoundResource, FoundTool } from './worker-messages.ts';

interface Reading {
  client: Client;
  options: { timeout: number; signal?: AbortSignal };
  note(text: string): void;
}

interface Page<T> {
  items: T[];
  nextCursor?: string | undefined;
}

/** `take` gives false to end early. A server that repeats a cursor is read once round. Throws `server-answer-invalid`. */
async function eachPage<T>(
  what: string,
  reading: Reading,
  page: (params: { cursor?: string }) => Promise<Page<T>>,
  take: (item: T) => boolean,
): Promise<void> {
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let count = 0; count < limits.pages; count += 1) {
    const { items, nextCursor } = await page(cursor === undefined ? {} : { cursor }).catch((error: unknown) => {
      throw badAnswer(error, `Its list of ${what}`) ?? error;
    });
    for (const item of items) if (!take(item)) return;
    if (nextCursor === undefined) return;
    if (seen.has(nextCursor)) {
      reading.note(`Its ${what} come in a circle: a page was named twice.`);
      return;
    }
    seen.add(nextCursor);
    cursor = nextCursor;
  }
  reading.note(`Only the first ${limits.pages} pages of its ${what} were read.`);
}

export interface ListedTools {
  tools: FoundTool[];
  /** Names of tools that run as tasks, and which must. */
  tasks: Map<string, 'optional' | 'required'>;
}

export async function listTools(reading: Reading): Promise<ListedTools> {
  const tools: FoundTool[] = [];
  const tasks: ListedTools['tasks'] = new Map();
  let length = 0;
  const take = (tool: Tool): boolean => {
    const found = toFoundTool(tool);
    if ('refused' in found) {
      reading.note(`The tool “${tool.name.slice(0, 100)}” was left out. ${found.refused}`);
      return true;
    }
    length += JSON.stringify(found).length;
    if (tools.length >= limits.tools || length > limits.definitionsLength) {
      reading.note(
        `Only its first ${tools.length} tools are used: it offers more than ${limits.tools}, or their descriptions are too long.`,
      );
      return false;
    }
    tools.push(found);
    const support = tool.execution?.taskSupport;
    if (support === 'optional' || support === 'required') tasks.set(found.name, support);
    return true;
  };
  await eachPage(
    'tools',
    reading,
    async (params) => {
      const result = await reading.client.request({ method: 'tools/list', params }, ListToolsResultSchema, reading.options);
      return { items: result.tools, nextCursor: result.nextCursor };
    },
    take,
  );
  return { tools, tasks };
}

export async function listResources(reading: Reading): Promise<FoundResource[]> {
  const { client, options, note } = reading;
  const found: FoundResource[] = [];
  if (client.getServerCapabilities()?.resources === undefined) return found;
  const isFull = (): boolean => {
    if (found.length < limits.resources) return false;
    reading.note(`Only its first ${limits.resources} resources are shown.`);
    return true;
  };
  await eachPage(
    'resources',
    reading,
    async (params) => {
      const result = await client.request({ method: 'resources/list', params }, ListResourcesResultSchema, options);
      return { items: result.resources, nextCursor: result.nextCursor };
    },
    (resource) => found.push(toFoundResource(resource)) > 0 && !isFull(),
  );
  await eachPage(
    'resource templates',
    reading,
    async (params) => {
      const result = await client
        .request({ method: 'resources/templates/list', params }, ListResourceTemplatesResultSchema, options)
        // Many servers with resources know no templates and answer “method not found”.
        .catch((error: { code?: unknown }) => {
          if (error.code === -32_601) return { resourceTemplates: [], nextCursor: undefined };
          throw error;
        });
      return { items: result.resourceTemplates, nextCursor: result.nextCursor };
    },
    (template) => !isFull() && found.push(toFoundTemplate(template)) > 0,
  ).catch((error: unknown) => {
    // Its resources are of use without them.
    if (!(error instanceof AppError) || found.length === 0) throw error;
    note(`${error.message} Its resources are shown without them.`);
  });
  return found;
}

export async function listPrompts(reading: Reading): Promise<FoundPrompt[]> {
  const { client, options } = reading;
  const found: FoundPrompt[] = [];
  if (client.getServerCapabilities()?.prompts === undefined) return found;
  await eachPage(
    'prompts',
    reading,
    async (params) => {
      const result = await client.request({ method: 'prompts/list', params }, ListPromptsResultSchema, options);
      return { items: result.prompts, nextCursor: result.nextCursor };
    },
    (prompt) => found.push(toFoundPrompt(prompt)) < limits.prompts,
  );
  return found;
}
