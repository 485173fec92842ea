// One entry beside the list: its fields without their values, what is known of it, who may use it and who did.

import { useState } from 'react';
import { noFacts, type SecretField, type SecretInfo } from '../../../shared/model/vault.ts';
import { client, useCall } from '../../api/index.ts';
import { useTask } from '../../shell/index.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Button, Checkbox, Code, CopyButton, ErrorNote, Icon, IconButton, SectionTitle, TimeAgo, toast } from '../../ui/index.ts';
import { LastChange } from '../why/index.ts';
import { dateOf, ExpiryBadge } from './expiry.tsx';
import { RulesDialog } from './rules-dialog.tsx';
import { kindIcons } from './secret-row.tsx';
import { StrengthMeter } from './strength.tsx';
import { TotpRing } from './totp-ring.tsx';

interface Props {
  secret: SecretInfo;
  canChange: boolean;
  canCopy: boolean;
  onEdit(): void;
  onRemove(): void;
  onClose(): void;
  onChanged(): void;
}

export function SecretDetail({ secret, canChange, canCopy, onEdit, onRemove, onClose, onChanged }: Props) {
  const t = useT('vault');
  const [isRuling, setRuling] = useState(false);
  const { name, kind = 'token', note, facts = noFacts, fields = ['value'] } = secret;
  const task = useTask();
  const isExpired = facts.expiresAt !== undefined && facts.expiresAt <= Date.now();
  return (
    <div className="flex flex-col gap-5 px-4 pt-3 pb-6">
      <div className="flex items-start gap-2">
        <Icon name={kindIcons[kind]} className="mt-1.5 shrink-0 text-ink-3" />
        <div className="min-w-0 flex-1 pt-0.5">
          <h2 className="m-0 break-all font-mono font-semibold text-lg">{name}</h2>
          <div className="text-ink-2 text-sm">
            {t(`kinds.${kind}`)}
            {note === '' ? '' : ` · ${note}`}
          </div>
        </div>
        <span className="pt-1">
          <ExpiryBadge secret={secret} />
        </span>
        <IconButton icon="x" label={t('close')} onClick={onClose} />
      </div>
      <div className="flex gap-2">
        <Button icon="pencil" disabled={!canChange} onClick={onEdit}>
          {t('edit')}
        </Button>
        <Button icon="trash-2" variant="ghost" onClick={onRemove}>
          {t('remove')}
        </Button>
      </div>
      <ul className="m-0 flex list-none flex-col divide-y divide-line border-line border-y p-0">
        {fields.map((field) => (
          <FieldRow key={field} secret={secret} field={field} canCopy={canCopy && canChange} />
        ))}
      </ul>
      {canCopy ? null : <p className="m-0 text-ink-3 text-sm">{t('noCopy')}</p>}
      <Facts secret={secret} />
      {isExpired ? (
        <div className="flex flex-col gap-2">
          <p className="m-0 text-ink-2">{t('expiredText', { date: dateOf(facts.expiresAt ?? 0) })}</p>
          <Checkbox
            label={t('useExpired')}
            checked={facts.useExpired}
            disabled={!canChange}
            onChange={(useExpired) =>
              void task.run(async () => {
                await client.vault.change({ name, facts: { ...facts, useExpired } });
                onChanged();
              })
            }
          />
          {task.error === undefined ? null : <ErrorNote error={task.error} />}
        </div>
      ) : null}
      <section className="flex flex-col gap-1.5">
        <SectionTitle
          actions={
            <Button variant="ghost" size="s" disabled={!canChange} onClick={() => setRuling(true)}>
              {t('rulesEdit')}
            </Button>
          }
        >
          {t('rules')}
        </SectionTitle>
        <p className="m-0 text-ink-2">{facts.access === 'any' ? t('rulesText.any') : t('rulesText.listed')}</p>
        {facts.access === 'listed' && facts.parties.length === 0 ? <p className="m-0 text-bad">{t('rulesEmpty')}</p> : null}
        {facts.access === 'listed' && facts.parties.length > 0 ? (
          <div className="flex flex-wrap gap-1.5">
            {facts.parties.map((party) => (
              <Badge key={`${party.kind} ${party.id}`}>
                {t(`party.${party.kind}`)} {party.title}
                {party.fields === undefined ? '' : ` (${party.fields.map((field) => t(`fields.${field}`)).join(', ')})`}
              </Badge>
            ))}
          </div>
        ) : null}
        <p className="m-0 text-ink-2">
          {facts.hosts.length === 0 ? t('rulesText.anyHost') : t('rulesText.hosts')}{' '}
          {facts.hosts.map((host) => (
            <Code key={host} className="mr-1 rounded-sm bg-sunken px-1 py-px dark:bg-raised">
              {host}
            </Code>
          ))}
        </p>
      </section>
      <Uses name={name} at={secret.lastUsedAt} />
      <LastChange kind="secret" target={name} version={secret.updatedAt} />
      {isRuling ? (
        <RulesDialog
          secret={secret}
          onClose={() => setRuling(false)}
          onSaved={() => {
            setRuling(false);
            onChanged();
          }}
        />
      ) : null}
    </div>
  );
}

function FieldRow({ secret, field, canCopy }: { secret: SecretInfo; field: SecretField; canCopy: boolean }) {
  const t = useT('vault');
  const task = useTask();
  const { name, totpPeriod, facts } = secret;
  const isOpen = field === 'address';
  const copy = (): void =>
    void task.run(async () => {
      const { clearsAfterMs } = await client.vault.copy({ name, field });
      toast(t('copiedFor', { count: clearsAfterMs / 1000 }));
    });
  return (
    <li className="flex flex-col py-1.5">
      <div className="flex min-h-7 items-center gap-2">
        <span className="w-28 shrink-0 text-ink-3 text-sm">{t(`fields.${field}`)}</span>
        <span className="min-w-0 flex-1 truncate">
          {isOpen ? (
            facts?.address
          ) : (
            <>
              <span aria-hidden="true" className="font-mono text-ink-3 tracking-widest">
                ••••••••
              </span>
              <span className="sr-only">{t('masked')}</span>
            </>
          )}
        </span>
        {field === 'totp' && totpPeriod !== undefined ? <TotpRing period={totpPeriod} /> : null}
        {isOpen && facts?.address !== undefined ? (
          <CopyButton text={facts.address} />
        ) : canCopy ? (
          <IconButton icon="copy" label={t('copyField', { field: t(`fields.${field}`) })} onClick={copy} />
        ) : null}
      </div>
      {task.error === undefined ? null : <ErrorNote error={task.error} />}
    </li>
  );
}

function Facts({ secret }: { secret: SecretInfo }) {
  const t = useT('vault');
  const { facts, strength, updatedAt, lastUsedAt, usedBy } = secret;
  return (
    <dl className="m-0 grid grid-cols-[7rem_1fr] gap-x-2 gap-y-1.5 text-sm [&_dd]:m-0 [&_dt]:text-ink-3">
      {strength === undefined ? null : (
        <>
          <dt>{t('facts.strength')}</dt>
          <dd>
            <StrengthMeter value={strength} label={t(`strength.${strength}` as never)} />
          </dd>
        </>
      )}
      <dt>{t('facts.expires')}</dt>
      <dd>{facts?.expiresAt === undefined ? t('facts.never') : dateOf(facts.expiresAt)}</dd>
      <dt>{t('facts.changed')}</dt>
      <dd>
        <TimeAgo at={updatedAt} />
      </dd>
      <dt>{t('facts.lastUsed')}</dt>
      <dd>{lastUsedAt === undefined ? t('facts.never') : <TimeAgo at={lastUsedAt} />}</dd>
      <dt>{t('facts.usedBy')}</dt>
      <dd>{usedBy.length === 0 ? t('facts.nobody') : usedBy.join(', ')}</dd>
    </dl>
  );
}

const shownUses = 50;

function Uses({ name, at }: { name: SecretInfo['name']; at: number | undefined }) {
  const t = useT('vault');
  const uses = useCall((signal) => client.vault.listUses({ name, limit: shownUses }, { signal }), [name, at]);
  return (
    <section className="flex flex-col gap-1">
      <SectionTitle>{t('uses')}</SectionTitle>
      {uses.error === undefined ? null : <ErrorNote error={uses.error} />}
      {uses.data?.length === 0 ? <p className="m-0 text-ink-3">{t('usesEmpty')}</p> : null}
      <ul className="m-0 flex list-none flex-col gap-1.5 p-0 text-sm">
        {uses.data?.map((use) => (
          <li key={use.seq} className="flex min-w-0 items-baseline gap-2">
            <span className="w-20 shrink-0 text-ink-3 text-xs">
              <TimeAgo at={use.at} />
            </span>
            <span className="min-w-0 flex-1">
              <span className={use.outcome === 'refused' ? 'text-bad' : ''}>
                {t(`fields.${use.field}`)} {t(`outcome.${use.outcome}`)}
              </span>{' '}
              <span className="break-all font-mono text-xs">{use.to}</span>
              <span className="block text-ink-3 text-xs">{use.reason ?? use.by}</span>
            </span>
          </li>
        ))}
      </ul>
      {(uses.data?.length ?? 0) < shownUses ? null : <p className="m-0 text-ink-3 text-xs">{t('usesMore', { count: shownUses })}</p>}
    </section>
  );
}
