// From MCP's shapes to ours. What a server says is bounded and checked here before anything else sees it.

import type {
  CallToolResult,
  ContentBlock,
  GetPromptResult,
  Prompt,
  ReadResourceResult,
  Resource,
  ResourceTemplate,
  Tool,
} from '@modelcontextprotocol/sdk/types.js';
import { textOfBlob } from '../../../shared/blob-text.ts';
import { findHostileJson, type JsonObject, type JsonValue } from '../../../shared/model/json.ts';
import type { PromptMessage, ResourceContent, ServerLogLine } from '../../../shared/model/mcp.ts';
import type { ToolContent, ToolResult } from '../../../shared/model/tool.ts';
import { limits } from './limits.ts';
import type { FoundPrompt, FoundResource, FoundTool } from './worker-messages.ts';

/** A large answer is passed on by copying between threads: fewer values than a file may hold. */
export const resultLimits = { maxLength: limits.messageBytes, maxDepth: 64, maxValues: 100_000 };

export const toolLimits = { maxLength: limits.messageBytes, maxDepth: 48, maxValues: 20_000 };

/** A tool as we show it, or why it was left out. */
export function toFoundTool(tool: Tool): FoundTool | { refused: string } {
  const problem = findHostileJson(tool, toolLimits);
  if (problem !== undefined) return { refused: `${problem.message} At ${problem.place ?? '?'}.` };
  if (tool.name.length === 0 || tool.name.length > 200) return { refused: 'Its name is empty or too long.' };
  const hints = tool.annotations ?? {};
  const readOnly = hints.readOnlyHint === true;
  return {
    name: tool.name,
    title: (tool.title ?? hints.title ?? tool.name).slice(0, 200),
    description: (tool.description ?? '').slice(0, 20_000),
    inputSchema: tool.inputSchema as JsonObject,
    ...(tool.outputSchema === undefined ? {} : { outputSchema: tool.outputSchema as JsonObject }),
    readOnly,
    idempotent: readOnly || hints.idempotentHint === true,
    // The protocol's own default: what does not say otherwise may destroy.
    destructive: !readOnly && hints.destructiveHint !== false,
  };
}

function toContent(block: ContentBlock): ToolContent {
  switch (block.type) {
    case 'text':
      return { type: 'text', text: block.text };
    case 'image':
      return { type: 'image', data: block.data, mimeType: block.mimeType };
    case 'audio':
      return { type: 'audio', data: block.data, mimeType: block.mimeType };
    case 'resource': {
      const { uri, mimeType } = block.resource;
      // A picture or a sound that came with an address is shown as what it is.
      if ('blob' in block.resource && mimeType !== undefined && /^(image|audio)\//i.test(mimeType))
        return { type: /^image/i.test(mimeType) ? 'image' : 'audio', data: block.resource.blob, mimeType };
      const text = 'text' in block.resource ? block.resource.text : textOfBlob(block.resource.blob, mimeType);
      return { type: 'resource', uri, ...(text === undefined ? {} : { text }), ...(mimeType === undefined ? {} : { mimeType }) };
    }
    case 'resource_link':
      return {
        type: 'resource-link',
        uri: block.uri.slice(0, 4_000),
        name: (block.title ?? block.name).slice(0, 300),
        ...(block.description === undefined ? {} : { description: block.description.slice(0, 4_000) }),
        ...mimeTypeOf(block),
        ...(typeof block.size === 'number' ? { size: block.size } : {}),
      };
  }
}

export function toToolResult(result: CallToolResult): ToolResult {
  return {
    content: result.content.map(toContent),
    ...(result.structuredContent === undefined ? {} : { structured: result.structuredContent as JsonValue }),
    isError: result.isError === true,
  };
}

/** What a person reads of a thing that a server offers, cut to a length that fits a list. */
const said = (item: { name: string; title?: string | undefined; description?: string | undefined }) => ({
  name: item.name.slice(0, 300),
  title: (item.title ?? item.name).slice(0, 300),
  description: (item.description ?? '').slice(0, 4_000),
});
const mimeTypeOf = ({ mimeType }: { mimeType?: string | undefined }) =>
  mimeType === undefined ? {} : { mimeType: mimeType.slice(0, 200) };

export const toFoundResource = (resource: Resource): FoundResource => ({
  uri: resource.uri.slice(0, 4_000),
  ...said(resource),
  ...mimeTypeOf(resource),
  ...(typeof resource.size === 'number' ? { size: resource.size } : {}),
  isTemplate: false,
});

export const toFoundTemplate = (template: ResourceTemplate): FoundResource => ({
  uri: template.uriTemplate.slice(0, 4_000),
  ...said(template),
  ...mimeTypeOf(template),
  isTemplate: true,
});

export const toResourceContents = (result: ReadResourceResult): ResourceContent[] =>
  result.contents.map((content) => ({
    uri: content.uri,
    ...mimeTypeOf(content),
    ...('text' in content ? { text: content.text } : {}),
    ...('blob' in content ? { blob: content.blob } : {}),
  }));

export const toFoundPrompt = (prompt: Prompt): FoundPrompt => ({
  ...said(prompt),
  arguments: (prompt.arguments ?? []).slice(0, 100).map((argument) => ({
    name: argument.name,
    description: (argument.description ?? '').slice(0, 4_000),
    required: argument.required === true,
  })),
});

export const toPromptMessages = (result: GetPromptResult): PromptMessage[] =>
  result.messages.map(({ role, content }) => ({ role, content: toContent(content) }));

/** The eight levels of syslog, as MCP has them, to the four we show. */
export function toLevel(level: string): ServerLogLine['level'] {
  if (level === 'debug' || level === 'info') return level;
  if (level === 'notice') return 'info';
  return level === 'warning' ? 'warn' : 'error';
}
