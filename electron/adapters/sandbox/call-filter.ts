// System calls that no contained program is given, as a filter that bubblewrap loads before it starts it. What the seccomp helper takes
// away (Unix sockets, namespaces, io_uring) is not repeated. The kernel's key rings know no namespaces: without this a program reads
// what the person's session keeps there, such as Kerberos tickets. The two others are only ways into the kernel.

/** `add_key`, `request_key`, `keyctl`, `bpf`, `perf_event_open`, under each machine that one kernel may answer as. */
const machines: Readonly<Record<string, readonly { audit: number; calls: readonly number[] }[]>> = {
  x64: [
    { audit: 0xc000003e, calls: [248, 249, 250, 321, 298] },
    { audit: 0x40000003, calls: [286, 287, 288, 357, 336] },
  ],
  arm64: [
    { audit: 0xc00000b7, calls: [217, 218, 219, 280, 241] },
    { audit: 0x40000028, calls: [309, 310, 311, 386, 364] },
  ],
};

/** Calls of the x32 form of x64 carry this bit; nothing uses it. */
const x32Bit = 0x40000000;

const load = 0x20; // BPF_LD | BPF_W | BPF_ABS
const ifEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const ifBits = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const give = 0x06; // BPF_RET | BPF_K
const allow = 0x7fff0000;
const refuse = 0x00050000 | 1; // EPERM

type Step = [code: number, whenTrue: number, whenFalse: number, value: number];

/** As the kernel reads it: eight bytes a step, little-endian as both machines are. Undefined for a machine that is not known here. */
export function callFilter(arch: string = process.arch): Buffer | undefined {
  const known = machines[arch];
  if (known === undefined) return undefined;
  const steps: Step[] = [];
  for (const { audit, calls } of known) {
    // Jumps are over so many steps: from the last check to `refuse`, which stands behind `allow`.
    const checks: Step[] = calls.map((call, at) => [ifEqual, calls.length - at, 0, call]);
    const isX64 = audit === 0xc000003e;
    const wide: Step[] = isX64 ? [[ifBits, calls.length + 1, 0, x32Bit]] : [];
    const body: Step[] = [[load, 0, 0, 0], ...wide, ...checks, [give, 0, 0, allow], [give, 0, 0, refuse]];
    steps.push([load, 0, 0, 4], [ifEqual, 0, body.length, audit], ...body);
  }
  steps.push([give, 0, 0, allow]);
  const bytes = Buffer.alloc(steps.length * 8);
  for (const [at, [code, whenTrue, whenFalse, value]] of steps.entries()) {
    bytes.writeUInt16LE(code, at * 8);
    bytes.writeUInt8(whenTrue, at * 8 + 2);
    bytes.writeUInt8(whenFalse, at * 8 + 3);
    bytes.writeUInt32LE(value >>> 0, at * 8 + 4);
  }
  return bytes;
}
