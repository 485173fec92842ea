// The list of shortcuts itself, loaded when it is first asked for. Made from the one list of commands; what the canvas does by itself is
// added.

import { useRef } from 'react';
import { type CommandSpec, commands } from '../../shared/model/commands.ts';
import { useT } from '../strings/index.ts';
import { Dialog, Kbd, SectionTitle } from '../ui/index.ts';
import { offeredKeys } from '../ui/keys.ts';

interface Line {
  label: string;
  /** Each does it. */
  ways: readonly string[];
}

const groups = (() => {
  const found = new Map<CommandSpec['group'], Line[]>();
  for (const { label, group, ...more } of Object.values(commands) as CommandSpec[]) {
    const keys = offeredKeys(more.keys);
    if (keys !== undefined) found.set(group, [...(found.get(group) ?? []), { label, ways: [keys] }]);
  }
  return [...found];
})();

const canvasKeys = [
  ['next', 'Tab'],
  ['move', 'Up', 'Down', 'Left', 'Right'],
  ['open', 'Enter'],
  ['connect', 'C'],
  ['copy', 'CommandOrControl+C'],
  ['paste', 'CommandOrControl+V'],
  ['duplicate', 'CommandOrControl+D'],
  ['all', 'CommandOrControl+A'],
  ['delete', 'Delete'],
  ['none', 'Esc'],
] as const;

export function KeysList({ isOpen, onOpenChange }: { isOpen: boolean; onOpenChange(isOpen: boolean): void }) {
  const t = useT('shell');
  // The list itself, not a button whose tooltip would take the first Esc.
  const list = useRef<HTMLDivElement>(null);
  const canvas = canvasKeys.map(([name, ...ways]) => ({ label: t(`keys.${name}`), ways }));
  return (
    <Dialog open={isOpen} onOpenChange={onOpenChange} title={t('keys.title')} description={t('keys.text')} size="l" initialFocus={list}>
      <div ref={list} tabIndex={-1} className="columns-2 gap-8 outline-none max-[700px]:columns-1">
        {[...groups, [t('keys.canvas'), canvas] as const].map(([group, lines]) => (
          <section key={group} className="mb-5 break-inside-avoid">
            <SectionTitle>{group}</SectionTitle>
            <dl className="m-0">
              {lines.map((line) => (
                <div key={line.label} className="flex min-h-7 items-center gap-3 border-line border-t">
                  <dt className="min-w-0 flex-1 truncate text-ink-2">{line.label}</dt>
                  <dd className="m-0 flex shrink-0 gap-1">
                    {line.ways.map((keys) => (
                      <Kbd key={keys} keys={keys} />
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
