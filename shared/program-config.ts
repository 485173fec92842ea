// What goes into the configuration of another program, so that it starts `orrery mcp` or connects to the address. Pure.

export type ConfigKind = 'command' | 'vscode' | 'address';

export interface ConfigFacts {
  /** The program's name; with a token the token says it. */
  name: string;
  token?: string | undefined;
  /** How the command line is started on this machine. */
  command?: readonly string[] | undefined;
  /** Named, so that it is this one whatever the program's surroundings are. */
  dataFolder?: string | undefined;
  /** Where this host serves `/mcp`, when it does. */
  address?: string | undefined;
}

/** JSON, as the program takes it. */
export function programConfig(kind: ConfigKind, facts: ConfigFacts): string {
  const { token, address = 'http://127.0.0.1:4317/mcp' } = facts;
  switch (kind) {
    case 'command':
      return json({ mcpServers: { orrery: started(facts) } });
    case 'vscode':
      return json({ servers: { orrery: { type: 'stdio', ...started(facts) } } });
    case 'address':
      return json({ servers: { orrery: { type: 'http', url: address, headers: { Authorization: `Bearer ${token ?? '…'}` } } } });
  }
}

function started({ name, token, command: [program = 'orrery', ...first] = ['orrery'], dataFolder }: ConfigFacts) {
  const data = dataFolder === undefined ? [] : ['--data', dataFolder];
  return {
    command: program,
    args: [...first, 'mcp', ...(token === undefined ? ['--client', name] : []), ...data],
    ...(token === undefined ? {} : { env: { ORRERY_TOKEN: token } }),
  };
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);
