// The rules of the policy by their names in the audit log, as a heading for people: in the page, and in the report of a period.

export const rules = {
  'agreed-changed': 'It is not what you allowed any more',
  'agent-grant': 'The agent’s own grant',
  'grant-does-not-hold': 'A grant that does not hold here',
  'grant-forbids': 'A grant forbids it',
  'job-grant': 'The job’s own grant',
  'memory-of-workflows': 'Workflows may keep memories',
  'not-a-caller': 'Who asks may not call tools',
  'not-its-tool': 'The agent does not have this tool',
  'nothing-allows': 'Nothing allows it',
  'only-reads': 'It only reads',
  'outside-grant': 'Outside of the grant',
  'outside-approval': 'Not what was allowed',
  'outside-job-grant': 'Outside of the job’s grant',
  person: 'You did it yourself',
  secret: 'It carries a secret',
  'set-up': 'You set it up so',
  'standing-grant': 'A standing grant',
  'this-chat': 'Allowed for this chat',
  'too-many-calls': 'Too many calls',
  'tool-changed': 'The tool has changed',
  'unfit-arguments': 'The arguments do not fit the tool',
  'untrusted-destroys': 'Words of others, and something could be destroyed',
  'untrusted-private-outward': 'Words of others, and yours could leave',
  'your-workflow': 'Part of a workflow that you started',
} as const;

/** The rule in words, and by its name: “A standing grant (standing-grant)”. */
export const ruleSaid = (rule: string): string => (Object.hasOwn(rules, rule) ? `${rules[rule as keyof typeof rules]} (${rule})` : rule);
