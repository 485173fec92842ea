import { useState } from 'react';
import { useT } from '../../strings/index.ts';
import { Button, Kbd, keysOf } from '../../ui/index.ts';

/** Takes the next key combination. Esc or leaving keeps the old one. */
export function ShortcutField({ value, onChange }: { value: string; onChange(keys: string): void }) {
  const t = useT('settings');
  const [isListening, setListening] = useState(false);
  const [isBad, setBad] = useState(false);
  return (
    <div className="flex flex-col items-end gap-1">
      <div className="flex items-center gap-2">
        {isListening ? null : <Kbd keys={value} className="h-6 px-2" />}
        <Button
          onClick={() => setListening(true)}
          onBlur={() => setListening(false)}
          onKeyDown={(event) => {
            if (!isListening) return;
            event.preventDefault();
            event.stopPropagation();
            if (event.key === 'Escape') return setListening(false);
            const keys = keysOf(event.nativeEvent);
            if (keys === null) return;
            const hasModifier = event.ctrlKey || event.metaKey || event.altKey;
            setBad(!hasModifier);
            if (!hasModifier) return;
            setListening(false);
            onChange(keys);
          }}
        >
          {isListening ? t('general.pressKeys') : t('general.change')}
        </Button>
      </div>
      {isBad ? (
        <span role="alert" className="text-bad text-sm">
          {t('general.badKeys')}
        </span>
      ) : null}
    </div>
  );
}
