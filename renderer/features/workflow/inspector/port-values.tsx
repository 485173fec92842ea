import type { JsonValue } from '../../../../shared/model/json.ts';
import type { LargeValue, RunSummary } from '../../../../shared/model/run.ts';
import { answerPort } from '../../../../shared/model/tool.ts';
import { JsonTree } from './json-tree.tsx';
import { LargeBox } from './large-box.tsx';
import { ToolAnswer } from './tool-answer.tsx';
import '../run/run.css';

interface Props {
  run: Pick<RunSummary, 'id' | 'number'>;
  values: Readonly<Record<string, JsonValue>>;
  large?: Readonly<Record<string, LargeValue>> | undefined;
  /** The port's name above its value, also when there is only one. */
  isNamed?: boolean;
}

/** Values by port, large ones as far as they are read. */
export function PortValues({ run, values, large = {}, isNamed = false }: Props) {
  // A list of values may be both: its small ones came along.
  const ports = [...new Set([...Object.keys(values), ...Object.keys(large)])];
  return ports.map((port) => {
    const small = values[port];
    const big = large[port];
    const plain = (
      <>
        {small !== undefined && <JsonTree value={small} label={port} />}
        {big !== undefined && <LargeBox key={big.hash} run={run} port={port} value={big} />}
      </>
    );
    return (
      <div key={port} className="flex min-w-0 flex-col gap-1">
        {(isNamed || ports.length > 1) && <span className="text-sm text-ink-3">{port}</span>}
        {port === answerPort ? <ToolAnswer run={run} value={small} large={big} otherwise={plain} /> : plain}
      </div>
    );
  });
}
