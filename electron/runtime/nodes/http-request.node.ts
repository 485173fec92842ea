import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { JsonValue } from '../../../shared/model/json.ts';
import { defineNode } from './define-node.ts';

const method = z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD']);

/** A body that says it is JSON and is not stays text: the person sees what came. */
function parseBody(body: string, contentType: string): JsonValue {
  if (!/[/+]json\b/i.test(contentType)) return body;
  try {
    return JSON.parse(body) as JsonValue;
  } catch {
    return body;
  }
}

export const httpRequestNode = defineNode({
  kind: 'tool.http-request',
  version: 1,
  family: 'tool',
  title: 'HTTP request',
  description: 'Asks a web address. Addresses on this machine and in private networks are refused.',
  icon: 'globe',
  keywords: ['fetch', 'api', 'web', 'url', 'rest', 'webhook', 'get', 'post'],
  effect: 'once',
  effectOf: (config) => (config.method === 'POST' || config.method === 'PATCH' ? 'once' : 'idempotent'),
  needs: ['net'],
  inputs: [{ name: 'in', label: 'Input', schema: {} }],
  outputs: [
    {
      name: 'out',
      label: 'Response',
      schema: { type: 'object', properties: { status: { type: 'number' }, headers: { type: 'object' }, body: {} } },
    },
  ],
  config: z.object({
    method: method.default('GET'),
    url: z.string().min(1, 'needs an address'),
    headers: z
      .array(z.object({ name: z.string().min(1), value: z.string() }))
      .max(100)
      .default([]),
    body: z.string().default(''),
    failOnStatus: z.boolean().default(true),
  }),
  defaults: { method: 'GET', url: 'https://', headers: [], body: '', failOnStatus: true },
  fields: [
    { key: 'method', label: 'Method', kind: 'select', options: method.options.map((value) => ({ value, label: value })) },
    { key: 'url', label: 'Address', kind: 'template', lines: 1, required: true, placeholder: 'https://example.org/data.json' },
    {
      key: 'headers',
      label: 'Headers',
      kind: 'rows',
      addLabel: 'Add a header',
      help: 'A secret goes in by its handle: ${secret:NAME}.',
      columns: [
        { key: 'name', label: 'Name', kind: 'text', placeholder: 'Authorization' },
        { key: 'value', label: 'Value', kind: 'template', placeholder: 'Bearer ${secret:API_TOKEN}' },
      ],
    },
    { key: 'body', label: 'Body', kind: 'template', lines: 4, when: { key: 'method', is: ['POST', 'PUT', 'PATCH', 'DELETE'] } },
    { key: 'failOnStatus', label: 'Fail on status 400 and above', kind: 'toggle', advanced: true },
  ],
  summary: '{{ method }} {{ url }}',
  async run({ config, use }) {
    const headers = Object.fromEntries(config.headers.map((header) => [header.name, header.value]));
    const withBody = config.body !== '' && config.method !== 'GET' && config.method !== 'HEAD';
    const response = await use.net.request({ url: config.url, method: config.method, headers, ...(withBody ? { body: config.body } : {}) });
    if (config.failOnStatus && response.status >= 400)
      throw new AppError('http-status', `${config.url} answered with status ${response.status}.`, {
        hint: 'Check the address and the headers; the answer is in the step’s details.',
        retryable: response.status >= 500 || response.status === 429,
        details: { status: response.status, body: response.body.slice(0, 2000) },
      });
    return {
      out: { status: response.status, headers: response.headers, body: parseBody(response.body, response.headers['content-type'] ?? '') },
    };
  },
});
