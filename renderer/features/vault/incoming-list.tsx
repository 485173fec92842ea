import { secretName } from '../../../shared/model/ids.ts';
import type { IncomingPreview, IncomingSecret } from '../../../shared/model/vault.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Checkbox, Icon, Input } from '../../ui/index.ts';
import { kindIcons } from './secret-row.tsx';

/** What is taken of a file, by the place in it, and under which name. */
export type Chosen = Record<number, { take: boolean; name: string }>;

export const chosenFrom = (preview: IncomingPreview): Chosen =>
  Object.fromEntries(preview.entries.map((entry) => [entry.index, { take: entry.conflict === 'none', name: entry.name }]));

interface ListProps {
  preview: IncomingPreview;
  /** All of it is taken, under the names that it has. */
  isFixed: boolean;
  chosen: Chosen;
  onChange(index: number, next: Chosen[number]): void;
}

/** What was found, and below it what cannot be taken, with why. */
export function IncomingList({ preview, isFixed, chosen, onChange }: ListProps) {
  return (
    <ul className="m-0 max-h-72 list-none overflow-y-auto border-line border-y p-0">
      {preview.entries.map((entry) => (
        <IncomingRow
          key={entry.index}
          entry={entry}
          isFixed={isFixed}
          chosen={chosen[entry.index] ?? { take: false, name: entry.name }}
          onChange={(next) => onChange(entry.index, next)}
        />
      ))}
      {preview.skipped.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: rows of a file have no other name, and their order is fixed
        <li key={index} className="flex min-h-8 items-center gap-2 px-1 text-ink-3 text-sm">
          <span className="w-44 shrink-0 truncate" title={row.title}>
            {row.title}
          </span>
          <span className="min-w-0 flex-1 truncate" title={row.reason}>
            {row.reason}
          </span>
        </li>
      ))}
    </ul>
  );
}

interface RowProps {
  entry: IncomingSecret;
  isFixed: boolean;
  chosen: { take: boolean; name: string };
  onChange(next: { take: boolean; name: string }): void;
}

function IncomingRow({ entry, isFixed, chosen, onChange }: RowProps) {
  const t = useT('vault');
  const isGood = secretName.safeParse(chosen.name).success;
  return (
    <li className="flex min-h-9 items-center gap-2 border-line border-b px-1 last:border-b-0">
      <Checkbox
        aria-label={entry.title}
        checked={isFixed || chosen.take}
        disabled={isFixed}
        onChange={(take) => onChange({ ...chosen, take })}
      />
      <Icon name={kindIcons[entry.kind]} className="shrink-0 text-ink-3" />
      <span className="min-w-0 flex-1 truncate" title={entry.title}>
        {entry.title}
      </span>
      <Input
        mono
        className="w-44 shrink-0"
        aria-label={t('importName', { title: entry.title })}
        aria-invalid={!isGood}
        disabled={isFixed}
        value={chosen.name}
        onChange={(event) => onChange({ ...chosen, name: event.currentTarget.value.trim() })}
      />
      <span className="w-36 shrink-0 text-right">
        <Badge tone={entry.conflict === 'exists' ? 'wait' : 'neutral'}>{t(`conflict.${entry.conflict}`)}</Badge>
      </span>
    </li>
  );
}
