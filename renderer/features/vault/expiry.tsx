import type { SecretFacts, SecretInfo } from '../../../shared/model/vault.ts';
import { useT } from '../../strings/index.ts';
import { Badge, Field, formatDay, Input, useClock } from '../../ui/index.ts';

const dayMs = 86_400_000;
/** From when on the end is shown in the list. */
const warnDays = 14;

/** Nothing where no end is set or it is far away. */
export function ExpiryBadge({ secret }: { secret: SecretInfo }) {
  const t = useT('vault');
  const now = useClock();
  const at = secret.facts?.expiresAt;
  if (at === undefined) return null;
  if (at <= now) return <Badge tone="bad">{t('expired')}</Badge>;
  const days = Math.ceil((at - now) / dayMs);
  return days > warnDays ? null : <Badge tone="wait">{t('expiresSoon', { count: days })}</Badge>;
}

export const dateOf = (at: number): string =>
  formatDay(at, Date.now()).replace(/^(Today|Yesterday|Tomorrow)/, (word) => word.toLowerCase());

const asDay = (at: number | undefined): string => (at === undefined ? '' : new Date(at).toISOString().slice(0, 10));

/** Until when an entry may be used. */
export function ExpiryField({ facts, onChange }: { facts: SecretFacts; onChange(facts: SecretFacts): void }) {
  const t = useT('vault');
  return (
    <Field label={t('expires')} hint={t('expiresHint')}>
      <Input
        type="date"
        value={asDay(facts.expiresAt)}
        onChange={(event) => {
          const { expiresAt: _, ...rest } = facts;
          const day = event.currentTarget.valueAsNumber;
          onChange(Number.isNaN(day) ? rest : { ...rest, expiresAt: day });
        }}
      />
    </Field>
  );
}
