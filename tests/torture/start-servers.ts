// Ten servers that others wrote, from npm, as people configure them: `npx -y package@version`. All answer without an account; where
// one insists on a key to start, it is given a made-up one, which is enough to list its tools.

import type { ServerConfig } from '../../shared/model/tool.ts';

export interface RealServer {
  spec: string;
  /** After the package. `FOLDER` stands for a folder of the torture's. */
  args?: string[];
  env?: Record<string, string>;
}

export const realServers: readonly RealServer[] = [
  { spec: '@modelcontextprotocol/server-everything@2026.8.31' },
  { spec: '@modelcontextprotocol/server-filesystem@2026.8.31', args: ['FOLDER'] },
  { spec: '@modelcontextprotocol/server-memory@2026.8.31' },
  { spec: '@modelcontextprotocol/server-sequential-thinking@2026.8.31' },
  { spec: '@upstash/context7-mcp@4.1.1' },
  { spec: '@playwright/mcp@0.0.83' },
  { spec: '@notionhq/notion-mcp-server@2.5.2', env: { NOTION_TOKEN: 'ntn_none' } },
  { spec: 'chrome-devtools-mcp@1.11.0', args: ['--no-usage-statistics'] },
  { spec: 'tavily-mcp@0.2.22', env: { TAVILY_API_KEY: 'tvly-none' } },
  { spec: '@antv/mcp-server-chart@0.9.10' },
];

export const configOf = ({ spec, args = [], env = {} }: RealServer, index: number, folder: string): ServerConfig =>
  ({
    id: `real-${index}`,
    title: spec,
    command: 'npx',
    args: ['-y', spec, ...args.map((each) => (each === 'FOLDER' ? folder : each))],
    env: Object.fromEntries(Object.entries(env).map(([name, text]) => [name, { text }])),
    enabled: true,
  }) as unknown as ServerConfig;
