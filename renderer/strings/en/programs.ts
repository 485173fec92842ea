/** Other programs that use Orrery over MCP. */
export const programs = {
  intro:
    'Other programs on this machine can use your workflows, memory and agents over MCP. Each has a name here, and does only what its grants allow; every other call waits in your inbox.',
  list: 'Known programs',
  empty: 'No program has connected',
  emptyText: 'Make a token for a program that speaks MCP, such as an editor or an assistant. It appears here with its first connection.',
  local: 'No token: it only says its name',
  token: 'Known by its token',
  unknown: 'Always asks',
  startedBy: 'started by {{program}}',
  open_one: 'Connected',
  open_other: '{{count}} connections',
  revoked: 'Not let in any more',
  never: 'never connected',
  revoke: 'Revoke',
  letIn: 'Let in again',
  revokeTitle: 'Revoke {{name}}?',
  revokeText:
    'Its connections end now, what it began is stopped, its token is void and its grants are revoked. You can make it a new token later.',
  revokeUnknownText:
    'Its connections end now, what it began is stopped and its grants are revoked. Under this name it is not let in again; it has no token, so it could come under another.',
  how: 'Connect a program',
  howText:
    'Make a token for it, then put what you are shown into its configuration. The token says who it is; without it no program has this one’s grants. Orrery need not be open for what a grant allows: the program’s command stands in for it, and gives way when you open it.',
  without: 'Without a token',
  withoutText:
    'A program can also start the command and only say its name. Nothing proves that name, so it is listed as unknown, it asks for every call, and “Always” is not offered.',
  httpMissing: 'The address is there while Orrery runs as a headless host (orrery serve).',
  name: 'Name of the program',
  namePlaceholder: 'e.g. My editor',
  exampleName: 'My editor',
  add: 'Make a token',
  added: '{{name}} may connect',
  addedText: 'Put this into the program’s configuration now. The token is not shown again; Orrery keeps only its hash.',
  tokenLabel: 'Token',
  kind: 'How it connects',
  kindCommand: 'Claude Desktop, Cursor',
  kindVscode: 'VS Code',
  kindAddress: 'By the address',
  configLabel: 'Configuration',
  copy: 'Copy',
  done: 'Done',
};
