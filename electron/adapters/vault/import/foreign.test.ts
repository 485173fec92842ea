// What other programs' files hold comes along whole, or is told with its reason; a file that is none of them says how to make one.

import { expect, test } from 'vitest';
import { readForeign } from './foreign.ts';

const read = (value: unknown) => readForeign(typeof value === 'string' ? value : JSON.stringify(value), undefined);
const bitwarden = (...items: unknown[]) => read({ encrypted: false, items });

test('Bitwarden: entries without a name are called by where they are for, by who, or by their kind', async () => {
  const login = { password: 'long enough' };
  const { entries } = await bitwarden(
    { type: 1, name: null, login: { ...login, uris: [{ uri: 'https://example.com/login' }] } },
    { type: 1, login: { ...login, username: 'ada' } },
    { type: 1, name: '', login },
    { type: 2, name: ' ', notes: 'a note' },
    { type: 3, card: { number: '4111 1111' } },
    { type: 5, sshKey: { privateKey: 'KEY' } },
  );
  expect(entries.map(({ title, kind }) => [title, kind])).toEqual([
    ['example.com', 'login'],
    ['ada', 'login'],
    ['Login', 'login'],
    ['Note', 'note'],
    ['Card', 'note'],
    ['SSH key', 'key-file'],
  ]);
});

test('Bitwarden: one without its login part is a note where it says something; where nothing is secret, that is told', async () => {
  const { entries, skipped } = await bitwarden(
    { type: 1, name: 'Door', notes: 'code 4711', login: null },
    { type: 1, name: 'Bare', login: { username: 'ada', uris: [{ uri: 'https://a.example' }] } },
    { type: 1, name: 'Nothing' },
    { type: 2, name: 'Empty', notes: '' },
    { type: 9, name: 'Later' },
    { name: 'Broken', type: 'x' },
    null,
  );
  expect(entries).toEqual([{ title: 'Door', kind: 'note', values: { text: 'code 4711' }, note: '' }]);
  expect(skipped).toEqual([
    { title: 'Bare', reason: 'There is nothing secret in it.' },
    { title: 'Nothing', reason: 'There is nothing secret in it.' },
    { title: 'Empty', reason: 'There is nothing secret in it.' },
    { title: 'Later', reason: 'An entry of a kind that is not known here cannot be taken in.' },
    { title: 'Broken', reason: 'The entry is not as Bitwarden writes it.' },
    { title: '', reason: 'The entry is not as Bitwarden writes it.' },
  ]);
});

test('Bitwarden: cards, identities, further addresses, fields, long notes and unknown one-time codes are in sealed notes', async () => {
  const long = 'recovery '.repeat(100);
  const { entries, skipped } = await bitwarden(
    { type: 3, name: 'Visa', notes: 'blue', card: { cardholderName: 'Ada', number: '4111', expMonth: '4', code: null } },
    { type: 4, name: 'Me', identity: { firstName: 'Ada', passportNumber: 'X1' }, fields: [{ name: 'Blood', value: '0', type: 0 }] },
    {
      type: 1,
      name: 'Shop',
      notes: long,
      login: {
        uris: [{ uri: 'androidapp://shop' }, { uri: 'https://shop.example' }, { uri: null }],
        username: 'ada',
        password: 'pass word',
        totp: 'steam://ABCDEFGH',
        fido2Credentials: [{ keyValue: 'x' }],
      },
      fields: [
        { name: 'PIN', value: '99881', type: 1 },
        { name: 'Member', value: 'yes', type: 2 },
        { name: 'Linked', value: null, type: 3 },
      ],
    },
  );
  expect(entries).toEqual([
    { title: 'Visa', kind: 'note', values: { text: 'blue\nCardholder name: Ada\nNumber: 4111\nExp month: 4' }, note: '' },
    { title: 'Me', kind: 'note', values: { text: 'First name: Ada\nPassport number: X1\nBlood: 0' }, note: '' },
    { title: 'Shop PIN', kind: 'token', values: { value: '99881' }, note: '' },
    { title: 'Shop', kind: 'login', values: { username: 'ada', password: 'pass word' }, note: '', address: 'https://shop.example' },
    {
      title: 'Shop more',
      kind: 'note',
      values: {
        text: `Address: androidapp://shop\nMember: yes\nOne-time codes, of a kind that is not known here: steam://ABCDEFGH\n${long}`,
      },
      note: '',
    },
  ]);
  expect(skipped).toEqual([{ title: 'Shop', reason: 'Its passkey cannot be taken along: it stays in Bitwarden.' }]);
});

const seed = 'GEZDGNBVGY3TQOJQ';
test.each([
  [
    'KeePass (CSV)',
    '"Account","Login Name","Password","Web Site","Comments"\r\n"Shop","ada","a\\"b\\\\c","https://shop.example","hello"',
    'a"b\\c',
    undefined,
  ],
  [
    'KeePassXC (CSV)',
    `"Group","Title","Username","Password","URL","Notes","TOTP","Icon","Last Modified","Created"\n"Root","Shop","ada","a\\b","https://shop.example","hello","${seed}","0","",""`,
    'a\\b',
    seed,
  ],
  [
    'LastPass (CSV)',
    `url,username,password,totp,extra,name,grouping,fav\nhttps://shop.example,ada,a-b-c,${seed},hello,Shop,,0`,
    'a-b-c',
    seed,
  ],
  ['Apple Passwords (CSV)', `Title,URL,Username,Password,Notes,OTPAuth\nShop,https://shop.example,ada,a-b-c,hello,${seed}`, 'a-b-c', seed],
  [
    '1Password (CSV)',
    `Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes\nShop,https://shop.example,ada,a-b-c,${seed},,,,hello`,
    'a-b-c',
    seed,
  ],
  ['Chrome (CSV)', 'name,url,username,password,note\nShop,https://shop.example,ada,a-b-c,hello', 'a-b-c', undefined],
])('%s is known by its columns', async (format, text, password, totp) => {
  expect(await read(text)).toEqual({
    format,
    entries: [
      {
        title: 'Shop',
        kind: 'login',
        values: { username: 'ada', password, ...(totp === undefined ? {} : { totp }) },
        note: 'hello',
        address: 'https://shop.example',
      },
    ],
    skipped: [],
  });
});

test('CSV: a note of LastPass is a note; a row without a password is told', async () => {
  const rows = 'url,username,password,totp,extra,name,grouping,fav\nhttp://sn,,,,the text,Note,,0\nhttps://a.example,ada,,,,A,,0';
  expect(await read(rows)).toMatchObject({
    entries: [{ title: 'Note', kind: 'note', values: { text: 'the text' } }],
    skipped: [{ title: 'A', reason: 'There is no password in it.' }],
  });
});

test.each([
  ['\u0003\uFFFD\uFFFD\uFFFDg', 'a KeePass database', 'Export'],
  ['<?xml version="1.0"?>\n<KeePassFile>', 'an XML export of KeePass', 'KeePass CSV'],
  ['PK\u0003\u0004rest', 'a zip archive', '1Password export as CSV'],
  ['{"a":1}', 'not an export', 'Choose a CSV'],
  ['a,b\n1,2', 'not an export', 'Choose a CSV'],
])('what is no export of these says what to do (%#)', async (text, message, hint) => {
  await expect(read(text)).rejects.toMatchObject({
    code: 'import-unknown',
    message: expect.stringContaining(message),
    hint: expect.stringContaining(hint),
  });
});

test('an encrypted export that is bound to an account says how to export it', async () => {
  await expect(read({ encrypted: true, encKeyValidation_DO_NOT_EDIT: '2.a|b|c', items: [] })).rejects.toMatchObject({
    code: 'import-unsupported',
    hint: expect.stringContaining('Password protected'),
  });
});
