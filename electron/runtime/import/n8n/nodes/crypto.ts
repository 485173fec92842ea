// Crypto: hashes and keyed hashes of text, random values. Signing and encryption need keys kept as credentials.

import { hmac } from '@noble/hashes/hmac';
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2';
import { sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3';
import type { JsonObject } from '../../../../../shared/model/json.ts';
import { type Behaviour, forEachItem, messageOf, NodeFault, type NodeRun } from '../node-run.ts';
import type { Item } from '../types.ts';
import { deepCopy, set } from '../values.ts';

const hashes = {
  MD5: md5,
  SHA1: sha1,
  SHA224: sha224,
  SHA256: sha256,
  SHA384: sha384,
  SHA512: sha512,
  'SHA3-256': sha3_256,
  'SHA3-384': sha3_384,
  'SHA3-512': sha3_512,
  RIPEMD160: ripemd160,
};

export const cryptoNode: Behaviour = {
  limits(parameters, version) {
    const action = parameters.action ?? 'hash';
    if (action === 'generate') return [{ verdict: 'partly', reason: 'A random value is another one each time, here as in n8n.' }];
    if (action === 'sign' || action === 'encrypt' || action === 'decrypt')
      return [{ verdict: 'not', reason: 'It needs a private key or passphrase, which n8n keeps as a credential.' }];
    if (action === 'hmac' && version >= 2)
      return [{ verdict: 'not', reason: 'Its secret is a credential in n8n, which is not in the file.' }];
    if (parameters.binaryData === true) return [{ verdict: 'not', reason: 'Hashing files (binary data) is not done here.' }];
    return [];
  },
  run: (run) => [
    forEachItem(run, (item, index) => {
      const name = run.param<string>('dataPropertyName', index, 'data');
      const made: Item = { json: name.includes('.') ? deepCopy(item.json) : { ...item.json }, pairedItem: { item: index } };
      if (item.binary !== undefined) made.binary = item.binary;
      // n8n writes it as one key when the name has no dots, as a path with dots otherwise taken as one key too.
      try {
        set(made.json, [name], makeValue(run, index));
      } catch (error) {
        if (!run.continuesOnFail || run.version < 2) throw error;
        return { json: { error: told(messageOf(error)) }, pairedItem: { item: index } };
      }
      return made;
    }),
  ],
};

/** Version 2 tells more of a fault than its message. */
const told = (message: string): JsonObject =>
  message.startsWith('The "data" argument')
    ? { message, name: 'TypeError', code: 'ERR_INVALID_ARG_TYPE' }
    : { message, name: 'NodeOperationError' };

function makeValue(run: NodeRun, index: number): string {
  const action = run.param<string>('action', 0, 'hash');
  if (action === 'generate') return random(run, index);
  if (action !== 'hash' && action !== 'hmac') throw new NodeFault(`“${action}” needs a key that is kept as a credential in n8n.`);
  const type = run.param<string>('type', index, 'MD5').toUpperCase();
  const hash = Object.hasOwn(hashes, type) ? hashes[type as keyof typeof hashes] : undefined;
  if (hash === undefined) throw new NodeFault(`There is no hash named ${type} here.`);
  if (run.param('binaryData', index, false) === true) throw new NodeFault('Hashing files (binary data) is not done here.');
  const value = run.param<unknown>('value', index, '');
  if (typeof value !== 'string')
    throw new NodeFault(
      `The "data" argument must be of type string or an instance of Buffer, TypedArray, or DataView. Received ${received(value)}`,
    );
  const bytes = new TextEncoder().encode(value);
  const digest = action === 'hash' ? hash(bytes) : hmac(hash, new TextEncoder().encode(run.param<string>('secret', index, '')), bytes);
  return encode(digest, run.param<string>('encoding', index, 'hex'));
}

const received = (value: unknown): string =>
  value === null || value === undefined
    ? String(value)
    : typeof value === 'object'
      ? `an instance of ${Array.isArray(value) ? 'Array' : 'Object'}`
      : `type ${typeof value} (${String(value)})`;

function encode(bytes: Uint8Array, encoding: string): string {
  if (encoding === 'base64') return btoa(String.fromCharCode(...bytes));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function random(run: NodeRun, index: number): string {
  const kind = run.param<string>('encodingType', index, 'uuid');
  if (kind === 'uuid') return crypto.randomUUID();
  const length = Math.min(65_536, Math.max(0, Number(run.param('stringLength', index, 32))));
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  if (kind === 'base64') return encode(bytes, 'base64').replace(/\W/g, '').slice(0, length);
  if (kind === 'ascii') return String.fromCharCode(...bytes.map((byte) => byte & 127)).slice(0, length);
  return encode(bytes, 'hex').slice(0, length);
}
