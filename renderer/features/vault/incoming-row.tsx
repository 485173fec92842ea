import { secretName } from '../../../shared/model/ids.ts';
import type { IncomingPreview, IncomingSecret } from '../../../shared/model/vault.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Checkbox, Icon, Input } from '../../ui/index.ts';
import { kindIcons } from './secret-row.tsx';

/** What is taken of a file, by the place in it, and under which name. */
export type Chosen = Record<number, { take: boolean; name: string }>;

export const chosenFrom = (preview: IncomingPreview): Chosen =>
  Object.fromEntries(preview.entries.map((entry) => [entry.index, { take: entry.conflict === 'none', name: entry.name }]));

interface RowProps {
  entry: IncomingSecret;
  isFixed: boolean;
  chosen: { take: boolean; name: string };
  onChange(next: { take: boolean; name: string }): void;
}

export function IncomingRow({ entry, isFixed, chosen, onChange }: RowProps) {
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
