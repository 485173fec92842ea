// Inside a sandbox there is no network but its own loopback. There, listeners hand each connection on to the proxy's socket; a
// host that was granted by its full name has a loopback address of its own, so that programs that know nothing of proxies reach it.

/** A place to listen at inside, and the socket in the proxy's folder that stands for it. */
export interface Door {
  address: string;
  port: number;
  socket: string;
}

/** For `/bin/sh -c`: starts the listeners, waits until they are there, becomes the program. Holds no text from outside. */
export function relayScript(doors: readonly Door[], folder: string): string {
  // Several addresses at one port share a listener, which finds the socket by the address that was asked for.
  const ports = [...new Set(doors.filter((door) => door.socket !== 'proxy.sock').map((door) => door.port))];
  const proxy = doors.find((door) => door.socket === 'proxy.sock');
  const listen = (target: string, address: string) => `socat ${address},fork,reuseaddr,backlog=512 ${target} >/dev/null 2>&1 &`;
  const lines = [
    ...(proxy === undefined ? [] : [listen(`UNIX-CONNECT:${folder}/proxy.sock`, `TCP4-LISTEN:${proxy.port},bind=127.0.0.1`)]),
    ...ports.map((port) =>
      listen(`SYSTEM:'exec socat - UNIX-CONNECT\\:${folder}/$SOCAT_SOCKADDR-$SOCAT_SOCKPORT.sock'`, `TCP4-LISTEN:${port}`),
    ),
    'n=0',
    `while [ "$n" -lt 100 ] && [ "$(grep -c ' 0A ' /proc/net/tcp)" -lt ${ports.length + (proxy === undefined ? 0 : 1)} ]; do sleep 0.02; n=$((n+1)); done`,
    'exec "$@"',
  ];
  return lines.join('\n');
}
