import path from 'node:path';
import type { Command } from 'commander';
import type { DoctorFinding } from '../../shared/model/system.ts';
import { defaultDataFolder } from '../host/data-folder.ts';
import { findPlaces } from '../host/places.ts';
import { terminalHint } from './hints.ts';
import { amber, bold, dim, exitCodes, green, inert, print, printJson, red } from './output.ts';
import { withHost } from './with-host.ts';

const marks = { ok: green('✓'), note: dim('·'), missing: amber('–'), broken: red('✗') };

export function doctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('what is installed, what is missing, and what Orrery does about it')
    .option('--json', 'print JSON')
    .option('--data <folder>', 'the data folder')
    .action((options: { json?: boolean; data?: string }) =>
      withHost(
        options,
        async (client) => {
          const [info, findings] = [await client.app.getInfo(), await client.app.runDoctor()];
          if (options.json === true) printJson({ info, findings });
          else {
            print(`${bold('Orrery')} ${info.version} · ${info.platform} ${info.arch} · Node ${info.node} · SQLite ${info.sqlite}`);
            print(dim(info.dataFolder));
            show(findings);
          }
          return codeFor(findings);
        },
        {},
        async (failure) => {
          const { runDoctorWithoutHost } = await import('../host/doctor.ts');
          const folder = path.resolve(options.data ?? defaultDataFolder());
          const findings = await runDoctorWithoutHost(failure, folder);
          if (options.json === true) printJson({ findings });
          else {
            print(`${bold('Orrery')} ${findPlaces().version} · ${process.platform} ${process.arch} · Node ${process.versions.node}`);
            print(dim(folder));
            show(findings);
          }
          return codeFor(findings);
        },
      ),
    );
}

function show(findings: readonly DoctorFinding[]): void {
  for (const finding of findings) {
    print(`${marks[finding.state]} ${finding.title}: ${inert(finding.detail)}`);
    if (finding.consequence !== undefined) print(`    ${finding.consequence}`);
    if (finding.fix !== undefined) print(`    ${dim('→')} ${terminalHint({ hint: finding.fix })}`);
  }
}

const codeFor = (findings: readonly DoctorFinding[]): number =>
  findings.some((finding) => finding.state === 'broken') ? exitCodes.failed : exitCodes.ok;
