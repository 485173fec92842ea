// One who may use an entry, and which of its fields: all, until one is taken away.

import type { SecretField, SecretParty } from '../../../shared/model/vault.ts';
import { useT } from '../../strings/index.ts';
import { Checkbox, IconButton } from '../../ui/index.ts';

interface Props {
  party: SecretParty;
  /** Of the entry; nothing to choose where there is only one. */
  fields: readonly SecretField[];
  onChange(party: SecretParty): void;
  onRemove(): void;
}

/** All of them is said by none being named, so that a field that is added later is among them. */
export function withField({ fields: _, ...party }: SecretParty, all: readonly SecretField[], chosen: readonly SecretField[]): SecretParty {
  return chosen.length === all.length ? party : { ...party, fields: [...chosen] };
}

export function PartyRow({ party, fields, onChange, onRemove }: Props) {
  const t = useT('vault');
  const chosen = fields.filter((field) => party.fields === undefined || party.fields.includes(field));
  return (
    <li className="flex flex-col gap-1 py-1">
      <div className="flex min-h-8 items-center gap-2">
        <span className="w-24 shrink-0 text-ink-3 text-sm">{t(`party.${party.kind}`)}</span>
        <span className="min-w-0 flex-1 truncate">{party.title}</span>
        <IconButton icon="x" label={t('partyRemove', { who: party.title })} onClick={onRemove} />
      </div>
      {fields.length < 2 ? null : (
        <fieldset
          className="m-0 flex flex-wrap items-center gap-x-4 gap-y-1 border-0 p-0 pl-26 text-sm"
          aria-label={t('partyFields', { who: party.title })}
        >
          {fields.map((field) => {
            const isOn = chosen.includes(field);
            return (
              <Checkbox
                key={field}
                label={t(`fields.${field}`)}
                checked={isOn}
                // Somebody who may use nothing is not on the list.
                disabled={isOn && chosen.length === 1}
                onChange={(next) =>
                  onChange(
                    withField(
                      party,
                      fields,
                      next ? fields.filter((each) => each === field || chosen.includes(each)) : chosen.filter((each) => each !== field),
                    ),
                  )
                }
              />
            );
          })}
        </fieldset>
      )}
    </li>
  );
}
