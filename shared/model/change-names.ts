// What was changed, by the first word of an entry's `what` (`file:/a`), as a heading for people: on the page, and in the report of a period.

const names = {
  agent: 'Agents',
  audit: 'Audit log',
  backup: 'Backups',
  chat: 'Conversations',
  client: 'Programs',
  file: 'Files',
  folder: 'Files by tool servers',
  grant: 'Grants',
  inbox: 'Inbox',
  job: 'Jobs',
  link: 'Links opened',
  memory: 'Memory',
  model: 'Models',
  node: 'Versions of Node',
  question: 'Questions answered',
  run: 'Runs',
  secret: 'Secrets',
  server: 'Tool servers',
  setting: 'Settings',
  vault: 'Vault',
  workflow: 'Workflows',
  other: 'Other',
} as const;

/** One that has no heading is said as it is. */
export const changeSaid = (name: string): string => (Object.hasOwn(names, name) ? names[name as keyof typeof names] : name);
