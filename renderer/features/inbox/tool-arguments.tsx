import type { ReactNode } from 'react';
import type { JsonObject, JsonValue } from '../../../shared/model/json.ts';
import { useT } from '../../strings/index.ts';
import { HiddenText } from './hidden-text.tsx';

const written = (value: JsonValue): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

/** A call's exact arguments, one by one, nothing shortened and nothing hidden. */
export function ToolArguments({ args }: { args: JsonObject }): ReactNode {
  const t = useT('inbox');
  const entries = Object.entries(args);
  if (entries.length === 0) return <p className="tool-args-none">{t('noArguments')}</p>;
  return (
    <dl className="tool-args">
      {entries.map(([name, value]) => (
        <div key={name} className="tool-arg">
          <dt>
            <HiddenText text={name} />
          </dt>
          <dd>
            <HiddenText text={written(value)} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
