// Limits that both sides of a sandbox must know.

/** Of the whole WebAssembly memory, ArrayBuffers included: QuickJS's own limit does not count those. */
export const maxSandboxMb = 80;
/** Memory does not shrink: a thread whose sandbox grew beyond this is not kept for the next script. */
export const keptSandboxMb = 48;
/** How much longer than its own limit a script may take before its thread is ended from outside. */
export const graceMs = 500;
/** A thread that has not even begun by then is ended too. */
export const startMs = 20_000;
/**
 * V8 ends the whole process when one piece does not fit under a thread's limit. What a script can put into its thread's own heap is
 * bounded where it crosses over (sandbox.ts), so that limit is out of reach.
 */
export const outOfReachMb = 4096;
/**
 * So much of V8's heap and of array buffers may a thread of imported nodes hold while it works; looked at from outside, this often. Not
 * V8's own limit: that ends the whole process (Node 24.21: seven of eight ways to fill a heap did).
 */
export const maxNodesMb = 768;
export const lookAtMemoryMs = 50;
