/** What GraphiQL's markup lacks for readers of screens and for keyboards: mended whenever it changes. */

/** Editors by the class of what is around them, and what they are called. */
const EDITORS = {
  'query-editor': 'Operation',
  'editor-tool': 'Variables or headers',
  'container .result-window': 'Answer',
};
const WATCHED = { subtree: true, childList: true, attributes: true, attributeFilter: ['role', 'aria-selected'] };

export function mend(place: Element): void {
  for (const [name, label] of Object.entries(EDITORS)) {
    for (const field of place.querySelectorAll(`.graphiql-${name} textarea`)) field.setAttribute('aria-label', label);
  }
  for (const region of place.querySelectorAll<HTMLElement>('.CodeMirror-scroll')) region.tabIndex = 0;
  for (const field of place.querySelectorAll('.docExplorerWrap :is(input, select):not([aria-label])')) {
    field.setAttribute('aria-label', field.parentElement?.parentElement?.textContent?.slice(0, 60) || 'Argument');
  }
  mendTabs(place);
}

/** Tabs that have a button to close them are a list of buttons: a tab may have nothing in it that can be pressed. */
function mendTabs(place: Element): void {
  place.querySelector('.graphiql-tabs')?.setAttribute('role', 'list');
  for (const tab of place.querySelectorAll('.graphiql-tab')) {
    tab.removeAttribute('role');
    tab.removeAttribute('aria-selected');
    const button = tab.querySelector('.graphiql-tab-button');
    if (tab.classList.contains('graphiql-tab-active')) button?.setAttribute('aria-current', 'true');
    else button?.removeAttribute('aria-current');
  }
}

export function keepMended(place: Element): void {
  const observer = new MutationObserver(() => {
    observer.disconnect();
    mend(place);
    observer.observe(place, WATCHED);
  });
  mend(place);
  observer.observe(place, WATCHED);
}
