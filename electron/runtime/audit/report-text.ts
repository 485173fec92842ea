// The report as Markdown, for `orrery audit report` and for who files it. Pure. Names come from outside, so they cannot make markup.

import { counted } from '../../../shared/count.ts';
import type { ComplianceReport } from '../../../shared/model/audit-report.ts';
import { changeSaid } from '../../../shared/model/change-names.ts';
import { rules } from '../../../shared/model/rule-names.ts';

const time = (at: number): string => new Date(at).toISOString().replace('T', ' ').slice(0, 16);
const plain = (text: string): string => text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_{}[\]<>|#]/g, (sign) => `\\${sign}`);
const by = (list: readonly { name: string; count: number }[]): string =>
  list.map(({ name, count }) => `${plain(name)} (${count})`).join(', ');

const ruleWords = (rule: string): string => (Object.hasOwn(rules, rule) ? rules[rule as keyof typeof rules] : plain(rule));

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[], none: string): string {
  if (rows.length === 0) return `${none}\n`;
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}

export function reportMarkdown(report: ComplianceReport): string {
  const { ran, approved, data, changed } = report;
  return [
    '# What Orrery did',
    `From ${time(report.since)} to ${time(report.until)} (UTC). Made ${time(report.madeAt)} from ${report.entries} entries of the audit log.`,
    report.chain.text,
    ...(report.sealed > 0 ? [`${report.sealed} older entries of the period are sealed away and are not counted here.`] : []),
    '## What ran',
    `${counted(ran.runs, 'run')}: of workflows, turns of chats and connections of programs.`,
    table(
      ['Workflow', 'Runs', 'Failed', 'Started by'],
      ran.workflows.map((each) => [plain(each.title), each.count, each.failed, by(each.by)]),
      'No workflow ran.',
    ),
    table(
      ['Tool', 'Calls', 'Failed', 'By'],
      ran.calls.map((each) => [plain(each.tool), each.count, each.failed, by(each.by)]),
      'No tool was called.',
    ),
    table(
      ['Program', 'Starts', 'Failed'],
      ran.processes.map((each) => [plain(each.name), each.starts, each.failed]),
      'No program was started.',
    ),
    '## Who approved',
    `${approved.byPerson} allowed by you, ${approved.asked} asked, ${approved.denied} denied.`,
    table(
      ['Allowed by rule or grant', 'Times'],
      approved.byRule.map((each) => [ruleWords(each.name), each.count]),
      'Nothing was allowed by a rule.',
    ),
    table(
      ['When', 'Who', 'What', 'Outcome', 'Why'],
      approved.answers.map((each) => [time(each.at), plain(each.actor.name), plain(each.what), each.outcome, plain(each.reason)]),
      'Nobody answered or was refused.',
    ),
    '## Where data went',
    `${data.bytesOut} bytes out and ${data.bytesIn} bytes in beyond this machine; ${data.refused} connections refused.`,
    table(
      ['Host', 'Connections', 'Refused', 'Bytes out', 'Bytes in', 'By'],
      data.hosts.map((each) => [plain(each.title), each.connections, each.refused, each.bytesOut, each.bytesIn, by(each.others)]),
      'Nothing left this machine.',
    ),
    table(
      ['Secret', 'Uses', 'Refused', 'By'],
      data.secrets.map((each) => [plain(each.name), each.uses, each.refused, by(each.by)]),
      'No secret was used.',
    ),
    '## What changed',
    `${changed.undone} undone.`,
    table(
      ['What', 'Changes', 'By'],
      changed.byKind.map((each) => [plain(changeSaid(each.name)), each.count, by(each.by)]),
      'Nothing was changed.',
    ),
    '## Who came in',
    `${report.access.allowed} let in, ${report.access.refused} turned away.`,
    '## Out of the ordinary',
    report.anomalies.length === 0
      ? 'Nothing.'
      : report.anomalies.map((each) => `- **${plain(each.title)}** (${time(each.lastAt)}). ${plain(each.text)}`).join('\n'),
    '',
  ].join('\n\n');
}
