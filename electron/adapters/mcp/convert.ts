// From MCP's shapes to ours. What a server says is bounded and checked here before anything else sees it.

import type { CallToolResult, ContentBlock, Tool } from '@modelcontextprotocol/sdk/types.js';
import { findHostileJson, type JsonObject, type JsonValue } from '../../../shared/model/json.ts';
import type { ToolContent, ToolResult } from '../../../shared/model/tool.ts';
import { limits } from './limits.ts';
import type { FoundTool } from './worker-messages.ts';

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
      const text = 'text' in block.resource ? block.resource.text : undefined;
      return { type: 'resource', uri, ...(text === undefined ? {} : { text }), ...(mimeType === undefined ? {} : { mimeType }) };
    }
    case 'resource_link':
      return {
        type: 'resource',
        uri: block.uri,
        text: [block.title ?? block.name, block.description, block.uri].filter((each) => each !== undefined).join('\n'),
        ...(block.mimeType === undefined ? {} : { mimeType: block.mimeType }),
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
