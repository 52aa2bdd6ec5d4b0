/** GraphiQL, on which people write GraphQL: tabs of examples, an explorer, subscriptions; what is asked is in the address. */
import { explorerPlugin } from '@graphiql/plugin-explorer';
import { GraphiQL } from 'graphiql';
import { type ComponentType, createElement, render } from 'preact/compat';
import { asked } from '../address';
import { keepMended } from '../graphiql/accessible';
import { fetcher } from '../graphiql/fetcher';
import { link, opened } from '../graphiql/tabs';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import '../graphiql/graphiql.css';

interface Tabs {
  tabs: { query: string | null; variables: string | null }[];
  activeTabIndex: number;
}

const place = document.getElementById('graphiql');
if (place) {
  place.replaceChildren();
  render(
    createElement(GraphiQL as unknown as ComponentType<Record<string, unknown>>, {
      fetcher,
      plugins: [explorerPlugin({})],
      ...opened(asked()),
      shouldPersistHeaders: false,
      onTabChange: ({ tabs, activeTabIndex }: Tabs) => {
        const shown = tabs[activeTabIndex];
        history.replaceState(null, '', link(shown?.query, shown?.variables));
      },
    }),
    place,
  );
  keepMended(place);
}
