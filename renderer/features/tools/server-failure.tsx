import { type ReactNode, useEffect, useState } from 'react';
import type { ServerStatus } from '../../../shared/model/tool.ts';
import { useT } from '../../strings/index.ts';
import { Icon, TimeAgo } from '../../ui/index.ts';

/** The true cause, what to do, and when it is tried again. */
export function ServerFailure({ server }: { server: ServerStatus }): ReactNode {
  const t = useT('tools');
  const { failure } = server;
  if (failure === undefined) return null;
  return (
    <div className="tools-failure" role="status">
      <Icon name="circle-alert" size={16} />
      <div>
        <p className="tools-failure-title">{failure.message}</p>
        <p>{failure.hint}</p>
        <p className="tools-failure-when">
          {t(`cause.${failure.cause}`)} · <TimeAgo at={failure.at} />
          {failure.retryAt !== undefined && <Countdown at={failure.retryAt} />}
        </p>
      </div>
    </div>
  );
}

function Countdown({ at }: { at: number }): ReactNode {
  const t = useT('tools');
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((at - now) / 1000));
  return <span className="tabular"> · {seconds === 0 ? t('retryNow') : t('retryIn', { count: seconds })}</span>;
}
