/** All that the page looks like: light and dark, wide and narrow. */
export const DOCS_STYLE = `
:root { color-scheme: light dark; --text: #1f2328; --soft: #59636e; --line: #d8dee4; --back: #fff; --raised: #f6f8fa;
  --link: #0b5cad; --get: #0b5cad; --post: #1a7f37; --put: #8a5a00; --delete: #b3261e; --event: #6639ba; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e6edf3; --soft: #9da7b1; --line: #30363d; --back: #0d1117; --raised: #161b22; --link: #79b8ff;
    --get: #79b8ff; --post: #56d364; --put: #e3b341; --delete: #ff8f87; --event: #c9a6ff; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--back); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
a { color: var(--link); text-decoration: none; }
a:hover, a:focus-visible { text-decoration: underline; }
.page { display: grid; grid-template-columns: 19rem minmax(0, 1fr); max-width: 78rem; margin: 0 auto; }
nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; padding: 1.5rem 1rem 2rem 1.25rem;
  border-right: 1px solid var(--line); font-size: .875rem; }
nav h2 { margin: 1.25rem 0 .25rem; font-size: .75rem; text-transform: uppercase; letter-spacing: .06em; color: var(--soft); }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: block; padding: .2rem .4rem; border-radius: .3rem; color: var(--text); }
nav li a:hover { background: var(--raised); text-decoration: none; }
.contents { display: none; }
.contents ul { list-style: none; margin: 0 0 1rem; padding: 0; }
.contents a { display: block; padding: .35rem 0; }
main { padding: 1.5rem 2rem 6rem; min-width: 0; }
h1 { margin: 0 0 .25rem; font-size: 1.75rem; line-height: 1.2; }
h1 small { font-size: .875rem; font-weight: 400; color: var(--soft); }
main > section > h2 { margin: 3rem 0 .25rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.4rem; }
.lead { color: var(--soft); margin: 0 0 1rem; }
article { margin: 1.75rem 0; padding: 1.1rem 1.25rem; border: 1px solid var(--line); border-radius: .6rem; }
article:target { border-color: var(--link); }
h3 { margin: 0; font-size: 1.05rem; }
h3 a { color: inherit; }
h4 { margin: 1.1rem 0 .35rem; font-size: .8rem; color: var(--soft); text-transform: uppercase; letter-spacing: .05em; }
.call { display: flex; flex-wrap: wrap; gap: .15rem .6rem; align-items: baseline; margin: .35rem 0 .6rem;
  font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875rem; }
.path { overflow-wrap: anywhere; }
.verb { font-weight: 700; }
.get { color: var(--get); } .post { color: var(--post); } .put { color: var(--put); } .delete { color: var(--delete); }
.event { color: var(--event); }
.key { margin-left: auto; font-family: system-ui, sans-serif; font-size: .8rem; color: var(--soft); }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .85em; }
code { padding: .08em .3em; border-radius: .25rem; background: var(--raised); overflow-wrap: anywhere; }
pre { margin: .35rem 0 .75rem; padding: .7rem .9rem; border: 1px solid var(--line); border-radius: .4rem;
  background: var(--raised); line-height: 1.45; font-size: .8125rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre code { padding: 0; background: none; font-size: inherit; }
.fields { margin: 0; padding: 0; list-style: none; }
.fields li { padding: .35rem 0; border-top: 1px solid var(--line); }
.fields li:first-child { border-top: 0; }
.fields .fields { margin: .35rem 0 0 .1rem; padding-left: .9rem; border-left: 2px solid var(--line); }
.type { color: var(--soft); font-size: .85rem; }
.what { display: block; font-size: .9rem; }
.caption { margin: .5rem 0 0; font-size: .85rem; color: var(--soft); }
details { margin: .6rem 0 0; }
main summary { cursor: pointer; color: var(--link); font-size: .9rem; }
.status { font-weight: 700; }
.answer { margin: .5rem 0 0; }
@media (max-width: 56rem) {
  .page { display: block; }
  nav { height: auto; padding: .35rem 1rem; border-right: 0; border-bottom: 1px solid var(--line); font-size: .95rem; }
  nav { display: flex; gap: .65rem; position: sticky; z-index: 1; overflow: auto hidden; white-space: nowrap; background: var(--back); }
  nav h2 { margin: 0; letter-spacing: .01em; }
  nav h2 a { display: block; padding: .35rem 0; }
  nav ul { display: none; }
  .contents { display: block; }
  html { scroll-padding-top: 3.75rem; }
  main { padding: 1rem 1rem 4rem; }
  article { padding: .9rem .9rem; }
  .key { margin-left: 0; width: 100%; }
}
@media print { nav { display: none; } .page { display: block; } article { break-inside: avoid-page; } }
`;
