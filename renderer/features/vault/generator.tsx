// Chooses how a value is to be made. The host makes it when the entry is saved: the page never holds it.

import { useState } from 'react';
import type { GeneratorOptions } from '../../../shared/model/vault.ts';
import { entropyOf, strengthOfBits } from '../../../shared/model/vault-strength.ts';
import { useT } from '../../strings/index.ts';
import { Button, Checkbox, Field, Input, Popover, SegmentedControl } from '../../ui/index.ts';
import { StrengthMeter } from './strength.tsx';

const first: Extract<GeneratorOptions, { kind: 'characters' }> = {
  kind: 'characters',
  length: 24,
  lower: true,
  upper: true,
  digits: true,
  signs: true,
  clear: false,
};

export function Generator({ onUse }: { onUse(options: GeneratorOptions): void }) {
  const t = useT('vault');
  const [isOpen, setOpen] = useState(false);
  const [kind, setKind] = useState<GeneratorOptions['kind']>('characters');
  const [signs, setSigns] = useState(first);
  const [words, setWords] = useState(6);
  const options: GeneratorOptions = kind === 'characters' ? signs : { kind: 'words', words, separator: '-' };
  const isGood = kind === 'words' ? words >= 4 && words <= 20 : signs.length >= 8 && signs.length <= 256;
  const bits = isGood ? Math.floor(entropyOf(options)) : 0;
  return (
    <Popover
      open={isOpen}
      onOpenChange={setOpen}
      title={t('generator.title')}
      trigger={
        <Button icon="wand-sparkles" type="button">
          {t('generate')}
        </Button>
      }
    >
      <div className="flex flex-col gap-3">
        <SegmentedControl
          aria-label={t('generator.title')}
          value={kind}
          onChange={(next) => setKind(next as GeneratorOptions['kind'])}
          items={[
            { value: 'characters', label: t('generator.characters') },
            { value: 'words', label: t('generator.words') },
          ]}
        />
        {kind === 'words' ? (
          <Field label={t('generator.wordCount')}>
            <Input type="number" min={4} max={20} value={words} onChange={(event) => setWords(event.currentTarget.valueAsNumber)} />
          </Field>
        ) : (
          <>
            <Field label={t('generator.length')}>
              <Input
                type="number"
                min={8}
                max={256}
                value={signs.length}
                onChange={(event) => setSigns({ ...signs, length: event.currentTarget.valueAsNumber })}
              />
            </Field>
            <div className="grid grid-cols-2 gap-1.5">
              {(['lower', 'upper', 'digits', 'signs'] as const).map((each) => (
                <Checkbox
                  key={each}
                  label={t(`generator.${each}`)}
                  checked={signs[each]}
                  onChange={(checked) => setSigns({ ...signs, [each]: checked })}
                />
              ))}
            </div>
            <Checkbox label={t('generator.clear')} checked={signs.clear} onChange={(clear) => setSigns({ ...signs, clear })} />
          </>
        )}
        <StrengthMeter
          value={strengthOfBits(bits)}
          label={t('generator.bits', { bits, strength: t(`strength.${strengthOfBits(bits)}` as never) })}
        />
        <p className="m-0 text-ink-3 text-sm">{t('generator.hint')}</p>
        <Button
          variant="primary"
          disabled={bits === 0}
          onClick={() => {
            onUse(options);
            setOpen(false);
          }}
        >
          {t('generator.use')}
        </Button>
      </div>
    </Popover>
  );
}
