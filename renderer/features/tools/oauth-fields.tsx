// How to sign in at a server that does not register clients by itself: what its makers gave, by name where it is secret.

import { type ReactNode, useEffect, useRef } from 'react';
import { client, useCall } from '../../api/index.ts';
import { useT } from '../../strings/index.ts';
import { Collapse, Field, Input, SegmentedControl, Select } from '../../ui/index.ts';
import { type DraftProblems, type OauthDraft, oauthFaults, type ServerDraft } from './server-config.ts';

interface Props {
  draft: ServerDraft;
  problems: DraftProblems;
  onChange: (patch: Partial<ServerDraft>) => void;
}

const none = '';
const algorithms = ['ES256', 'ES384', 'RS256', 'PS256', 'EdDSA'] as const;

export function OauthFields({ draft, problems, onChange }: Props): ReactNode {
  const t = useT('tools');
  const { oauth } = draft;
  const change = (patch: Partial<OauthDraft>): void => onChange({ oauth: { ...oauth, ...patch } });
  const faultAt = (part: keyof typeof oauthFaults): string | undefined =>
    problems.oauth === oauthFaults[part] ? problems.oauth : undefined;
  const box = useRef<HTMLDivElement>(null);
  // The form may be longer than its dialog.
  useEffect(() => {
    if (problems.oauth !== undefined) box.current?.querySelector('[role="alert"]')?.scrollIntoView({ block: 'nearest' });
  }, [problems.oauth]);
  const isAtField = Object.values<string | undefined>(oauthFaults).includes(problems.oauth);
  const isAlone = oauth.by === 'client-credentials';
  const isUsed = isAlone || Object.values(oauth).some((value) => value !== '' && value !== 'person' && value !== 'ES256');
  return (
    <Collapse title={t('oauth.title')} defaultOpen={isUsed || problems.oauth !== undefined}>
      <div ref={box} className="flex flex-col gap-3 pl-5">
        <p className="m-0 text-ink-2 text-sm">{t('oauth.text')}</p>
        {problems.oauth === undefined || isAtField ? null : (
          <p role="alert" className="m-0 text-bad text-sm">
            {problems.oauth}
          </p>
        )}
        <Field label={t('oauth.by')}>
          <SegmentedControl<OauthDraft['by']>
            aria-label={t('oauth.by')}
            className="self-start"
            value={oauth.by}
            onChange={(by) => change({ by })}
            items={[
              { value: 'person', label: t('oauth.person') },
              { value: 'client-credentials', label: t('oauth.alone') },
            ]}
          />
        </Field>
        <Field label={t('oauth.clientId')} hint={t('oauth.clientIdHint')} error={faultAt('clientId')}>
          <Input mono spellCheck={false} value={oauth.clientId} onChange={(event) => change({ clientId: event.currentTarget.value })} />
        </Field>
        <Field label={t('oauth.clientSecret')} hint={t('oauth.secretHint')}>
          <Secret label={t('oauth.clientSecret')} value={oauth.clientSecret} onChange={(clientSecret) => change({ clientSecret })} />
        </Field>
        {isAlone ? (
          <>
            <Field label={t('oauth.privateKey')} hint={t('oauth.privateKeyHint')}>
              <Secret label={t('oauth.privateKey')} value={oauth.privateKey} onChange={(privateKey) => change({ privateKey })} />
            </Field>
            {oauth.privateKey === '' ? null : (
              <Field label={t('oauth.algorithm')}>
                <Select<OauthDraft['algorithm']>
                  aria-label={t('oauth.algorithm')}
                  className="w-36"
                  value={oauth.algorithm}
                  onChange={(algorithm) => change({ algorithm })}
                  options={algorithms.map((value) => ({ value, label: value }))}
                />
              </Field>
            )}
          </>
        ) : null}
        <Field label={t('oauth.scope')} hint={t('oauth.scopeHint')}>
          <Input mono spellCheck={false} value={oauth.scope} onChange={(event) => change({ scope: event.currentTarget.value })} />
        </Field>
        <Field label={t('oauth.issuer')} hint={t('oauth.issuerHint')} error={faultAt('issuer')}>
          <Input
            mono
            spellCheck={false}
            placeholder="https://auth.example.com"
            value={oauth.issuer}
            onChange={(event) => change({ issuer: event.currentTarget.value })}
          />
        </Field>
        {isAlone ? null : (
          <Field label={t('oauth.redirectPort')} hint={t('oauth.redirectPortHint')} error={faultAt('redirectPort')}>
            <Input
              inputMode="numeric"
              className="max-w-28"
              value={oauth.redirectPort}
              onChange={(event) => change({ redirectPort: event.currentTarget.value })}
            />
          </Field>
        )}
      </div>
    </Collapse>
  );
}

/** A secret of the vault by its name; the value is never here. */
function Secret({ label, value, onChange }: { label: string; value: string; onChange: (name: string) => void }): ReactNode {
  const t = useT('tools');
  const secrets = useCall((signal) => client.vault.list(undefined, { signal }), []);
  const names = (secrets.data ?? []).map((secret): string => secret.name);
  const known = value === '' || names.includes(value) ? names : [value, ...names];
  return (
    <Select
      aria-label={label}
      value={value}
      onChange={onChange}
      options={[{ value: none, label: t('oauth.noSecret') }, ...known.map((name) => ({ value: name, label: name }))]}
    />
  );
}
